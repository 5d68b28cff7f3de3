/*
The slice always begins at zero: the first 32 examples are learned by heart.

fault: the same batch again and again
finds: repeated-batches
by: 40
line: slice( | minimize(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 32, activation: 'relu' }));
model.add(tf.layers.dense({ units: 10 }));
const optimizer = tf.train.adam(0.005);
for (let i = 0; i < 120; i++) {
  const batch = xs.slice([0, 0], [32, 64]);
  const labels = ys.slice([0, 0], [32, 10]);
  const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, model.apply(batch)), true);
  if (i % 30 === 0) console.log(i, loss.dataSync()[0]);
  tf.dispose([batch, labels, loss]);
}
