/*
tf.callbacks.earlyStopping ends the training when the validation loss no longer falls.

healthy: training ends early, on purpose
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([500, 10]);
const y = x.slice([0, 0], [-1, 1]).add(tf.randomNormal([500, 1], 0, 0.5)).greater(tf.scalar(0)).toFloat();
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [10], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
const callbacks = tf.callbacks.earlyStopping({ monitor: 'val_loss', patience: 2 });
const { history } = await model.fit(x, y, { epochs: 40, batchSize: 25, validationSplit: 0.3, callbacks, verbose: 0 });
console.log(history.val_loss.length, history.val_loss.at(-1));
