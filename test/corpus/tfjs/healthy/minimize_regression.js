/*
A regression with optimizer.minimize, with variables of the script's own, targets around a hundred.

healthy: an initial loss of ten thousand that is just what an output of zero costs
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([256, 5]);
const y = x.matMul(tf.tensor2d([3, -2, 5, 1, 0.5], [5, 1])).add(100);
const weights = tf.variable(tf.randomNormal([5, 1], 0, 0.1));
const bias = tf.variable(tf.zeros([1]));
const optimizer = tf.train.momentum(0.05, 0.9);

for (let step = 0; step < 120; step++) {
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(weights).add(bias)), true);
  if (step % 40 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
