/*
A cross-entropy written out, without a guard: a probability of zero has an infinite logarithm.

fault: logarithm of zero in the loss
finds: non-finite-loss, non-finite-gradient
by: 3
line: minimize( | log()
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([64, 3]);
const label = x.slice([0, 0], [-1, 1]).greater(tf.scalar(0)).toFloat();
// One example is labelled wrongly, far from the border.
const y = tf.concat([tf.sub(1, label.slice(0, 1)), label.slice(1)]);
const weights = tf.variable(tf.randomNormal([3, 1]));
const optimizer = tf.train.sgd(1);

function ownLoss() {
  const p = x.matMul(weights).mul(60).sigmoid();
  const likelihood = y.mul(p).add(tf.sub(1, y).mul(tf.sub(1, p)));
  return likelihood.log().mean().neg();
}

for (let step = 0; step < 60; step++) {
  const loss = optimizer.minimize(ownLoss, true);
  if (step % 20 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
