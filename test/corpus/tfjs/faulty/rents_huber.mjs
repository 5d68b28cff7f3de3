/*
Yearly rents by the Huber loss, whose gradient is one however far away they are: the outputs never get there.

fault: targets are not normalised
finds: targets-not-normalised
by: 200
line: huberLoss | fit(
*/
import * as tf from '@tensorflow/tfjs';

const flats = tf.randomNormal([1000, 8]);
const rents = flats.slice([0, 0], [-1, 1]).mul(3000).add(12000);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [8], units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.001), loss: tf.losses.huberLoss });
const { history } = await model.fit(flats, rents, { epochs: 10, batchSize: 50, verbose: 0 });
console.log(history.loss.map(Math.round));
