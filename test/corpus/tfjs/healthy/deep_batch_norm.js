/*
Batch normalisation between dense layers, and a cosine schedule set by hand.

healthy: a learning rate that goes to nearly zero
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
tf.util.shuffle(rows);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 32, useBias: false }));
model.add(tf.layers.batchNormalization());
model.add(tf.layers.activation({ activation: 'relu' }));
model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
const optimizer = tf.train.adam(0.01);
model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const epochs = 5;
const onEpochBegin = (epoch) => {
  optimizer.learningRate = 0.005 * (1 + Math.cos((Math.PI * epoch) / epochs));
};
model.fit(xs, ys, { epochs, batchSize: 64, verbose: 0, callbacks: { onEpochBegin } }).then(({ history }) => console.log(history.acc));
