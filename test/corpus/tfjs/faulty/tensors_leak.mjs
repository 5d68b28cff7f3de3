/*
Losses of all steps are kept in an array and nothing is disposed of: tensors pile up.

fault: memory grows with every step
finds: memory-growth
by: 150
line: minimize( | push( | variableGrads( | x.add( | applyGradients(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([64, 20]);
const y = x.slice([0, 0], [-1, 1]);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [20], units: 64, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.adam(0.003);
const losses = [];
for (let step = 0; step < 250; step++) {
  const noisy = x.add(tf.randomNormal(x.shape, 0, 0.1));
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, model.apply(noisy)));
  optimizer.applyGradients(grads);
  losses.push(value);
}
console.log(losses[0].dataSync()[0], losses.at(-1).dataSync()[0], tf.memory().numTensors);
