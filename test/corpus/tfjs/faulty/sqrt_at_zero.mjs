/*
The distance to a copy of the same point is a root of zero, and its gradient is infinite.

fault: square root of zero in the loss
finds: non-finite-gradient, non-finite-loss
by: 2
line: sqrt( | variableGrads( | minimize(
*/
import * as tf from '@tensorflow/tfjs';

const embed = tf.layers.dense({ inputShape: [6], units: 3 });
const model = tf.sequential({ layers: [embed] });
const optimizer = tf.train.adam(0.01);
const distance = (a, b) => a.sub(b).square().sum(1).sqrt();
for (let step = 0; step < 40; step++) {
  const anchor = tf.randomNormal([32, 6]);
  const other = tf.randomNormal([32, 6]);
  const loss = optimizer.minimize(() => {
    const base = model.apply(anchor);
    return distance(base, model.apply(anchor)).sub(distance(base, model.apply(other))).add(1).relu().mean();
  }, true);
  if (step % 10 === 0) console.log(step, loss.dataSync()[0]);
  tf.dispose([anchor, other, loss]);
}
