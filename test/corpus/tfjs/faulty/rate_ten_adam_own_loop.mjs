/*
An own loop with Adam at a learning rate of five.

fault: learning rate too high
finds: learning-rate-too-high
by: 20
line: adam( | applyGradients( | variableGrads(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([300, 6]);
const y = tf.sin(x.slice([0, 0], [-1, 1])).add(x.slice([0, 1], [-1, 1]));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.adam(5);
for (let step = 0; step < 80; step++) {
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, model.apply(x)));
  optimizer.applyGradients(grads);
  if (step % 20 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([value, grads]);
}
