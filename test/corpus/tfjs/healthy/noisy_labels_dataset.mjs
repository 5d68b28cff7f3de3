/*
fitDataset with a quarter of wrong labels, batches of 16, a decaying learning rate.

healthy: a loss that stays high
*/
import * as tf from '@tensorflow/tfjs';

const count = 480;
const x = tf.randomNormal([count, 6]);
const right = x.slice([0, 0], [-1, 1]).greater(tf.scalar(0)).toFloat();
const wrong = tf.randomUniform([count, 1]).less(tf.scalar(0.25)).toFloat();
const y = right.sub(wrong).abs();
const dataset = tf.data.zip({ xs: tf.data.array(x.arraySync()), ys: tf.data.array(y.arraySync()) });
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({ optimizer: tf.train.rmsprop(0.01), loss: 'binaryCrossentropy' });
const { history } = await model.fitDataset(dataset.shuffle(count).batch(16), { epochs: 6, verbose: 0 });
console.log(history.loss);
