/*
Binary cross-entropy with labels -1 and 1.

fault: labels out of range
finds: targets-out-of-range
by: 2
line: fit( | compile( | sign()
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([500, 7]);
const y = x.slice([0, 0], [-1, 2]).sum(1, true).sign();
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [7], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy' });
const { history } = await model.fit(x, y, { epochs: 6, batchSize: 25, verbose: 0 });
console.log(history.loss);
