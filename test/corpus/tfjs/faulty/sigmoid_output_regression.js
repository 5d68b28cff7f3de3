/*
A sigmoid output for temperatures of some twenty degrees.

fault: an output activation that cannot reach the targets
finds: unsuited-output-activation, targets-not-normalised
by: 40
line: 'sigmoid' | fit( | compile(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([400, 4]);
const y = x.slice([0, 0], [-1, 1]).mul(5).add(20);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [4], units: 16, activation: 'relu' }));
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
model.fit(x, y, { epochs: 8, batchSize: 40, verbose: 0 }).then(({ history }) => console.log(history.loss));
