/*
A convolutional network with Adam and a learning rate of two.

fault: learning rate too high
finds: learning-rate-too-high
by: 40
line: adam( | compile( | fit(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor4d(rows.flatMap((row) => row.slice(0, 64).map((v) => v / 16)), [rows.length, 8, 8, 1]);
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 6, kernelSize: 3, activation: 'relu' }));
model.add(tf.layers.flatten());
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.adam(2), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
model.fit(xs, ys, { epochs: 3, batchSize: 64, verbose: 0 }).then(({ history }) => console.log(history.loss, history.acc));
