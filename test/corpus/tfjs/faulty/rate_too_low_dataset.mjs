/*
fitDataset with stochastic gradient descent of a millionth of what it needs.

fault: learning rate too low
finds: learning-rate-too-low
by: 150
line: sgd( | compile( | fitDataset(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([640, 8]);
const y = x.slice([0, 0], [-1, 2]).sum(1, true);
const dataset = tf.data.zip({ xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync()) });
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [8], units: 16, activation: 'tanh' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: tf.train.sgd(1e-7), loss: 'meanSquaredError' });
const { history } = await model.fitDataset(dataset.shuffle(640).batch(32), { epochs: 8, verbose: 0 });
console.log(history.loss);
