/*
The validation data are examples that are trained on.

fault: validation data are in the training data
finds: data-leak
by: 250
line: fit( | slice(
*/
import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const csv = fs.readFileSync(new URL('../../../../examples/tfjs/data/digits.csv', import.meta.url), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [64], units: 48, activation: 'relu' }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const validationData = [xs.slice([0, 0], [300, 64]), ys.slice([0, 0], [300, 10])];
const { history } = await model.fit(xs, ys, { epochs: 5, batchSize: 64, validationData, verbose: 0 });
console.log(history.val_acc);
