/*
The first program of many: a line through six points, all of them in each step.

healthy: whole targets 0, 1, 2 … that are seen again and again are still six examples
*/
const tf = require('@tensorflow/tfjs');

const model = tf.sequential();
model.add(tf.layers.dense({ units: 1, inputShape: [1] }));
model.compile({ loss: 'meanSquaredError', optimizer: tf.train.sgd(0.01) });
const xs = tf.tensor2d([0, 1, 2, 3, 4, 5], [6, 1]);
const ys = tf.tensor2d([0, 1, 2, 3, 4, 5], [6, 1]);
model.fit(xs, ys, { epochs: 250, verbose: 0 }).then(() => model.predict(tf.tensor2d([20], [1, 1])).print());
