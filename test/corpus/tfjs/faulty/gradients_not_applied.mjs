/*
An own loop computes gradients and frees them; the call of applyGradients is missing.

fault: gradients are never applied
finds: optimizer-never-steps
by: 1
line: computeGradients( | tf.train.adam(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([320, 5]);
const y = x.slice([0, 0], [-1, 1]).mul(2).sub(x.slice([0, 1], [-1, 1]));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [5], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.adam(0.01);
for (let step = 0; step < 100; step++) {
  const start = (step * 32) % 320;
  const [batch, target] = [x, y].map((all) => all.slice([start, 0], [32, -1]));
  const { value, grads } = optimizer.computeGradients(() =>
    tf.losses.meanSquaredError(target, model.apply(batch)),
  );
  if (step % 20 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([value, grads, batch, target]);
}
