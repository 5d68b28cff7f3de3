/*
Thirty noisy examples against ten thousand weights, with a validation set.

fault: overfitting
finds: overfitting, early-stopping-due
by: 300
line: fit( | compile(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([230, 20]);
const y = x.slice([0, 0], [-1, 1]).add(tf.randomNormal([230, 1])).greater(tf.scalar(0)).toFloat();
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [20], units: 100, activation: 'relu' }));
model.add(tf.layers.dense({ units: 100, activation: 'relu' }));
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: tf.train.adam(0.003), loss: 'binaryCrossentropy' });
const validationData = [x.slice([30, 0], [200, 20]), y.slice([30, 0], [200, 1])];
const options = { epochs: 60, batchSize: 6, validationData, verbose: 0 };
model.fit(x.slice([0, 0], [30, 20]), y.slice([0, 0], [30, 1]), options).then(({ history }) => {
  console.log(history.loss.at(-1), history.val_loss.at(0), history.val_loss.at(-1));
});
