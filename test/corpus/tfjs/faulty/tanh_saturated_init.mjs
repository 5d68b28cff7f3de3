/*
randomNormal with standard deviation one for 64 inputs: each tanh is at its end.

fault: saturated activations by initialisation
finds: saturated-activation, poor-initialisation
by: 60
line: 'tanh' | randomNormal | dense( | fit(
*/
import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const csv = fs.readFileSync(new URL('../../../../examples/tfjs/data/digits.csv', import.meta.url), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const ys = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const kernelInitializer = tf.initializers.randomNormal({ mean: 0, stddev: 1 });
const layer = (units, more) => tf.layers.dense({ units, kernelInitializer, ...more });
const model = tf.sequential({
  layers: [
    layer(64, { inputShape: [64], activation: 'tanh' }),
    layer(64, { activation: 'tanh' }),
    layer(10, { activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.sgd(0.001), loss: 'categoricalCrossentropy' });
const { history } = await model.fit(xs, ys, { epochs: 4, batchSize: 64, verbose: 0 });
console.log(history.loss);
