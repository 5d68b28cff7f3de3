/*
A loop with variableGrads over irises as they are, He initialisation and plain gradient descent.

healthy: inputs in centimetres are not of variance one, and it trains well all the same
*/
import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const csv = fs.readFileSync(new URL('../../../../examples/tfjs/data/iris.csv', import.meta.url), 'utf8');
const species = ['setosa', 'versicolor', 'virginica'];
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(','));
tf.util.shuffle(rows);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 4).map(Number)));
const ys = tf.oneHot(rows.map((row) => species.indexOf(row[4])), 3);

const hidden = tf.layers.dense({ inputShape: [4], units: 16, activation: 'tanh', kernelInitializer: 'heNormal' });
const model = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 3 })] });
const optimizer = tf.train.sgd(0.1);

for (let step = 0; step < 150; step++) {
  const { value, grads } = tf.variableGrads(() => tf.losses.softmaxCrossEntropy(ys, model.apply(xs)));
  optimizer.applyGradients(grads);
  if (step % 50 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([value, grads]);
}
