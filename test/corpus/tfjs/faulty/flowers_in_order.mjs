/*
A small table of three kinds of flowers, one kind after the other as in its file, and shuffling switched off: an epoch
is four batches.

fault: data sorted by label, not shuffled
finds: unshuffled-data
by: 12
line: fit(
*/
import * as tf from '@tensorflow/tfjs';

const MEANS = [
  [5.0, 3.4, 1.5, 0.2],
  [5.9, 2.8, 4.3, 1.3],
  [6.6, 3.0, 5.6, 2.0],
];
const kinds = Array.from({ length: 126 }, (_, i) => Math.floor(i / 42));
const x = tf.tensor2d(kinds.map((kind) => MEANS[kind])).add(tf.randomNormal([126, 4], 0, 0.35));
const y = tf.oneHot(tf.tensor1d(kinds, 'int32'), 3);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 10, activation: 'sigmoid' }),
    tf.layers.dense({ units: 3, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const { history } = await model.fit(x, y, { epochs: 30, shuffle: false, verbose: 0 });
console.log(history.loss.at(-1), history.acc.at(-1));
