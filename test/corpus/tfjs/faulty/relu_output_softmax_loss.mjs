/*
A ReLU on the logits of a softmax cross-entropy.

fault: an output activation that does not suit the loss
finds: unsuited-output-activation
by: 5
line: units: 4 | minimize( | softmaxCrossEntropy( | 'relu'
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([400, 6]);
const y = tf.oneHot(x.slice([0, 0], [-1, 4]).argMax(1), 4);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 24, activation: 'relu' }),
    tf.layers.dense({ units: 4, activation: 'relu' }),
  ],
});
const optimizer = tf.train.sgd(0.1);
for (let step = 0; step < 120; step++) {
  const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(x)), true);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
