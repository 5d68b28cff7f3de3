/*
Square metres, years and prices as they are, into a network.

fault: inputs are not normalised
finds: inputs-not-normalised
by: 10
line: fit( | compile( | dense(
*/
const tf = require('@tensorflow/tfjs');

const area = tf.randomUniform([500, 1], 30, 200);
const year = tf.randomUniform([500, 1], 1900, 2020);
const income = tf.randomUniform([500, 1], 20000, 90000);
const x = tf.concat([area, year, income], 1);
const y = area.div(200).add(income.div(90000)).greater(tf.scalar(1.1)).toFloat();
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [3], units: 16, activation: 'relu' }));
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: tf.train.adam(0.001), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
model.fit(x, y, { epochs: 6, batchSize: 32, verbose: 0 }).then(({ history }) => console.log(history.loss));
