/*
categoricalCrossentropy in Keras' manner takes probabilities; the last layer has no activation.

fault: logits where categoricalCrossentropy wants probabilities
finds: unsuited-output-activation, logits-before-bce, nll-without-log-probabilities, unsuited-loss
by: 2
line: units: 3 | compile( | fit(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([600, 5]);
const y = tf.oneHot(x.slice([0, 0], [-1, 3]).argMax(1), 3);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [5], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 3 }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(x, y, { epochs: 6, batchSize: 40, verbose: 0 });
console.log(history.loss, history.acc);
