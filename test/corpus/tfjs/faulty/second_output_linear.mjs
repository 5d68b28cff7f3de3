/*
Kind and size of an object by one network with two outputs; the one of classes lacks its softmax.

fault: logits where the categoricalCrossentropy of the second output wants probabilities
finds: unsuited-output-activation, logits-before-bce, nll-without-log-probabilities, unsuited-loss
by: 2
line: units: 4 | compile( | fit(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([640, 6]);
const size = x.slice([0, 0], [-1, 1]).add(x.slice([0, 5], [-1, 1]));
const kind = tf.oneHot(x.slice([0, 1], [-1, 4]).argMax(1), 4).toFloat();

const input = tf.input({ shape: [6] });
const features = tf.layers.dense({ units: 24, activation: 'relu' }).apply(input);
const outputs = [
  tf.layers.dense({ units: 1, name: 'size' }).apply(features),
  tf.layers.dense({ units: 4, name: 'kind' }).apply(features),
];
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: 'adam', loss: ['meanSquaredError', 'categoricalCrossentropy'] });
const { history } = await model.fit(x, [size, kind], { epochs: 8, batchSize: 32, verbose: 0 });
console.log(history.loss);
