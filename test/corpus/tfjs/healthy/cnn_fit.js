/*
A small convolutional network with dropout, validation split and shuffling.

healthy: the usual picture classifier
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1, 1001).map((line) => line.split(',').map(Number));
tf.util.shuffle(rows);
const xs = tf.tensor4d(rows.flatMap((row) => row.slice(0, 64).map((v) => v / 16)), [rows.length, 8, 8, 1]);
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, activation: 'relu' }));
model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
model.add(tf.layers.flatten());
model.add(tf.layers.dropout({ rate: 0.25 }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
model.compile({ optimizer: tf.train.adam(0.005), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
model.fit(xs, ys, { epochs: 4, batchSize: 32, validationSplit: 0.15, verbose: 0 }).then(({ history }) => {
  console.log(history.val_acc);
});
