/*
trainable: false was copied from an example of transfer learning, but these layers are fresh.

fault: random layers frozen
finds: frozen-parameters, parameters-not-optimised
by: 60
line: trainable | dense( | fit( | compile(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 16, activation: 'relu', trainable: false }));
model.add(tf.layers.dense({ units: 16, activation: 'relu', trainable: false }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 4, batchSize: 64, verbose: 0 }).then(({ history }) => console.log(history.loss));
