/*
A picture of 64 points goes through a hidden layer of one unit before it is told apart.

fault: a model that is too small
finds: underfitting
by: 1000
line: units: 1, | fit(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1, 1001).map((line) => line.split(',').map(Number));
tf.util.shuffle(rows);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 1, activation: 'tanh' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 60, batchSize: 64, verbose: 0 }).then(({ history }) => {
  console.log(history.loss);
});
