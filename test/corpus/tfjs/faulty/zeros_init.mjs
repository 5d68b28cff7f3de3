/*
kernelInitializer: 'zeros' in every layer.

fault: symmetric initialisation
finds: poor-initialisation
by: 10
line: zeros | dense( | fit( | minimize(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([400, 5]);
const y = x.slice([0, 0], [-1, 1]).mul(x.slice([0, 1], [-1, 1]));
const dense = (units, more) => tf.layers.dense({ units, kernelInitializer: 'zeros', ...more });
const model = tf.sequential({
  layers: [dense(16, { inputShape: [5], activation: 'relu' }), dense(16, { activation: 'relu' }), dense(1)],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
const { history } = await model.fit(x, y, { epochs: 6, batchSize: 40, verbose: 0 });
console.log(history.loss);
