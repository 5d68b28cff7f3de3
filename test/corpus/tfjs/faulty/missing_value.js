/*
A measure of one flower is missing, and Number('') or Number('?') made NaN of it.

fault: non-finite value in the data
finds: non-finite-data
by: 30
line: fit( | tensor2d(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/iris.csv'), 'utf8');
const species = ['setosa', 'versicolor', 'virginica'];
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(','));
rows[77][2] = '?';
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 4).map((v) => Number(v) / 4)));
const ys = tf.oneHot(rows.map((row) => species.indexOf(row[4])), 3);

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 8, activation: 'relu' }),
    tf.layers.dense({ units: 3, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 3, batchSize: 5, verbose: 0 }).then(({ history }) => console.log(history.loss));
