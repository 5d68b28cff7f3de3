/*
Digits sorted by class, with shuffle: false.

fault: data are not shuffled
finds: unshuffled-data
by: 80
line: fit( | sort( | shuffle
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
rows.sort((a, b) => a[64] - b[64]);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 32, activation: 'relu' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.momentum(0.1, 0.9), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
model.fit(xs, ys, { epochs: 4, batchSize: 32, shuffle: false, verbose: 0 }).then(({ history }) => console.log(history.acc));
