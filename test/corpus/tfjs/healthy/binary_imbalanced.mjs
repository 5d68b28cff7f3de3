/*
Two classes, one of them rare, with a sigmoid and binary cross-entropy, and a large learning rate that decays.

healthy: a learning rate of one that works, and losses that vary with the rare class
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([600, 8]);
const y = x.slice([0, 0], [-1, 2]).sum(1, true).greater(tf.scalar(2.3)).toFloat();

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [8], units: 12, activation: 'relu' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({ optimizer: tf.train.sgd(1), loss: 'binaryCrossentropy' });
const decay = new tf.CustomCallback({
  onEpochEnd: (epoch) => model.optimizer.setLearningRate(1 / (1 + 0.2 * epoch)),
});
const { history } = await model.fit(x, y, { epochs: 10, batchSize: 32, verbose: 0, callbacks: [decay] });
console.log(history.loss.at(-1));
