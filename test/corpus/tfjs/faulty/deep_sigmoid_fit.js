/*
Eight sigmoid layers and plain gradient descent.

fault: vanishing gradient
finds: vanishing-gradient, saturated-activation
by: 80
line: 'sigmoid' | fit( | compile(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 32, activation: 'sigmoid' }));
for (let i = 0; i < 7; i++) model.add(tf.layers.dense({ units: 32, activation: 'sigmoid' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 4, batchSize: 64, verbose: 0 }).then(({ history }) => console.log(history.loss));
