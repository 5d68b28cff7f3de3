/*
Labels from one to ten: oneHot gives the tenth class no one at all.

fault: labels out of range
finds: targets-out-of-range
by: 2
line: oneHot( | fit( | compile( | minimize(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64] + 1), 'int32'), 10);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [64], units: 48, activation: 'relu' }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
model.fit(xs, ys, { epochs: 4, batchSize: 64, verbose: 0 }).then(({ history }) => console.log(history.acc));
