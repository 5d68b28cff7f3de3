/*
Only the output layer's variables are given to minimize; the hidden layer stays random.

fault: parameters are not optimised
finds: parameters-not-optimised, frozen-parameters, no-gradient
by: 10
line: minimize( | dense( | tf.train
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([300, 10]);
const y = x.slice([0, 0], [-1, 1]).mul(x.slice([0, 1], [-1, 1]));
const hidden = tf.layers.dense({ inputShape: [10], units: 6, activation: 'tanh' });
const model = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 1 })] });
const optimizer = tf.train.adam(0.01);
const variables = model.layers[1].trainableWeights.map((weight) => weight.val);
for (let step = 0; step < 120; step++) {
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x)), true, variables);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
