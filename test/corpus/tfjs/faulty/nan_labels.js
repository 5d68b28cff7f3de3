/*
Number(undefined) is NaN: some targets are missing in the table.

fault: non-finite values in the targets
finds: non-finite-data
by: 20
line: fit( | tensor2d( | compile(
*/
const tf = require('@tensorflow/tfjs');

const records = Array.from({ length: 300 }, (_, i) => ({ a: Math.sin(i), b: Math.cos(3 * i), c: i % 60 === 7 ? undefined : Math.sin(i) + 0.1 }));
const x = tf.tensor2d(records.map(({ a, b }) => [a, b]));
const y = tf.tensor2d(records.map(({ c }) => [Number(c)]));
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [2], units: 8, activation: 'tanh' }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
model.fit(x, y, { epochs: 3, batchSize: 15, verbose: 0 }).then(({ history }) => console.log(history.loss));
