/*
Pixels from 0 to 255 go straight into model.fit.

fault: inputs are not normalised
finds: inputs-not-normalised
by: 5
line: model.fit( | compile( | tensor2d(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => Math.round((v * 255) / 16))));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);

const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 48, activation: 'relu' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.adam(0.001), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 2, batchSize: 64, verbose: 0 }).then(({ history }) => {
  console.log(history.loss.at(-1));
});
