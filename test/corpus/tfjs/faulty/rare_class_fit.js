/*
One transaction in a hundred is a fraud.

fault: imbalanced labels
finds: imbalanced-labels
by: 180
line: fit( | compile(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([3000, 8]);
const risk = x.slice([0, 0], [-1, 1]).add(tf.randomNormal([3000, 1], 0, 1.5));
const y = risk.greater(tf.scalar(4.3)).toFloat();
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [8], units: 16, activation: 'relu' }));
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: tf.train.adam(0.002), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
model.fit(x, y, { epochs: 3, batchSize: 50, verbose: 0 }).then(({ history }) => {
  console.log(history.acc.at(-1), 'found', model.predict(x).greater(tf.scalar(0.5)).sum().dataSync()[0], 'of', y.sum().dataSync()[0]);
});
