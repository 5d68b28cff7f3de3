/*
Variables of the script's own, all filled with one number: the hidden units stay equal.

fault: symmetric initialisation
finds: poor-initialisation
by: 10
line: tf.fill( | tf.ones( | minimize( | tf.variable(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([200, 4]);
const y = x.slice([0, 0], [-1, 1]).abs().sub(x.slice([0, 1], [-1, 1]));
const w1 = tf.variable(tf.fill([4, 12], 0.5));
const b1 = tf.variable(tf.zeros([12]));
const w2 = tf.variable(tf.fill([12, 1], 0.5));
const b2 = tf.variable(tf.zeros([1]));
const optimizer = tf.train.adam(0.01);
const predict = () => x.matMul(w1).add(b1).tanh().matMul(w2).add(b2);
for (let step = 0; step < 120; step++) {
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, predict()), true);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
