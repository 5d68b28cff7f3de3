/*
Prices in the hundred thousands as targets, with a learning rate for targets near one.

fault: targets are not normalised
finds: targets-not-normalised
by: 128
line: fit( | compile(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([500, 6]);
const y = x.slice([0, 0], [-1, 1]).mul(50000).add(300000);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.001), loss: 'meanSquaredError' });
const { history } = await model.fit(x, y, { epochs: 8, batchSize: 32, verbose: 0 });
console.log(history.loss.map(Math.round));
