/*
Gradients are clipped to a millionth in every step.

fault: clipping active on every step
finds: clipping-every-step, learning-rate-too-low, not-learning
by: 150
line: clipByValue( | applyGradients( | sgd( | variableGrads(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([200, 5]);
const y = x.slice([0, 0], [-1, 1]).mul(2);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [5], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.sgd(0.05);
for (let step = 0; step < 150; step++) {
  tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, model.apply(x)));
    const clipped = {};
    for (const [name, gradient] of Object.entries(grads)) clipped[name] = gradient.clipByValue(-1e-6, 1e-6);
    optimizer.applyGradients(clipped);
    if (step % 30 === 0) console.log(step, value.dataSync()[0]);
  });
}
