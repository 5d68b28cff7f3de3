/*
Integer pixels divided with Math.floor: the inputs are all zero.

fault: constant inputs
finds: constant-input
by: 10
line: fit( | Math.floor( | tensor2d(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => Math.floor(v / 255))));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 32, activation: 'relu' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 4, batchSize: 64, verbose: 0 }).then(({ history }) => console.log(history.loss));
