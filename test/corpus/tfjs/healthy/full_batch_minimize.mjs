/*
All examples in every step; a learning rate of one, for a quadratic that allows it.

healthy: the same batch in every step, on purpose
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomUniform([100, 1], -1, 1);
const y = x.mul(2).add(1).add(tf.randomNormal([100, 1], 0, 0.05));
const slope = tf.variable(tf.scalar(0));
const offset = tf.variable(tf.scalar(0));
const optimizer = tf.train.sgd(0.3);
for (let step = 0; step < 80; step++) {
  const loss = optimizer.minimize(() => x.mul(slope).add(offset).sub(y).square().mean(), true);
  if (step % 20 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
