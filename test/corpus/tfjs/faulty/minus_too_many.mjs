/*
The cross-entropy of TensorFlow.js has its minus already, and gets a second one.

fault: wrong sign of the loss
finds: unsuited-loss
by: 20
line: minimize( | neg()
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([600, 6]);
const y = tf.oneHot(x.slice([0, 0], [-1, 4]).argMax(1), 4);
const hidden = tf.variable(tf.randomNormal([6, 24], 0, 0.4));
const out = tf.variable(tf.randomNormal([24, 4], 0, 0.2));
const optimizer = tf.train.adam(0.003);

function loss(batch, labels) {
  return tf.losses.softmaxCrossEntropy(labels, batch.matMul(hidden).relu().matMul(out)).neg();
}

for (let step = 0; step < 120; step++) {
  tf.tidy(() => {
    const start = (step * 40) % 600;
    const [batch, labels] = [x, y].map((all) => all.slice([start, 0], [40, -1]));
    const value = optimizer.minimize(() => loss(batch, labels), true);
    if (step % 20 === 0) console.log(step, value.dataSync()[0]);
  });
}
