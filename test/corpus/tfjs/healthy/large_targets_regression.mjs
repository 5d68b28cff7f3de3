/*
Targets around fifty, and Adam at a rate that suits them.

healthy: a first loss in the thousands
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([400, 5]);
const y = x.slice([0, 0], [-1, 2]).sum(1, true).mul(4).add(50);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [5], units: 24, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.05), loss: 'meanSquaredError' });
const { history } = await model.fit(x, y, { epochs: 10, batchSize: 32, verbose: 0 });
console.log(history.loss);
