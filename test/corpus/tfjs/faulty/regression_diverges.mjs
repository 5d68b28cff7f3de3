/*
A regression whose learning rate is far too large for the curvature.

fault: learning rate too high
finds: learning-rate-too-high
by: 12
line: sgd( | variableGrads(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([200, 6], 0, 3);
const y = x.sum(1, true);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 24, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.sgd(1);

for (let step = 0; step < 40; step++) {
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, model.apply(x)));
  optimizer.applyGradients(grads);
  if (step % 10 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([value, grads]);
}
