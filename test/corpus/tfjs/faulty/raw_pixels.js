/*
Pixels from 0 to 255 go straight into a network with He initialisation.

fault: inputs are not normalised
finds: inputs-not-normalised
by: 2
line: minimize( | model.apply( | tensor2d(
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => Math.round((v * 255) / 16))));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);

const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [64], units: 48, activation: 'relu', kernelInitializer: 'heNormal' }));
model.add(tf.layers.dense({ units: 10, kernelInitializer: 'heNormal' }));
const optimizer = tf.train.adam(0.001);
for (let start = 0; start + 64 <= xs.shape[0]; start += 64) {
  const batch = xs.slice([start, 0], [64, -1]);
  const labels = ys.slice([start, 0], [64, -1]);
  const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, model.apply(batch)), true);
  console.log(loss.dataSync()[0]);
}
