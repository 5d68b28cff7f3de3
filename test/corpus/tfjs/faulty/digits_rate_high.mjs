/*
Digits as strokes on a dark ground; the pixels at the border are hardly ever lit. RMSprop with a tenth as its learning
rate.

fault: learning rate a hundred times too high
finds: learning-rate-too-high, diverging-loss
by: 60
line: rmsprop( | fit( | compile(
*/
import * as tf from '@tensorflow/tfjs';

const SEGMENTS = ['1110111', '0010010', '1011101', '1011011', '0111010', '1101011', '1101111', '1010010'];
const BOXES = [
  [4, 3, 8, 1],
  [3, 4, 1, 4],
  [12, 4, 1, 4],
  [4, 8, 8, 1],
  [3, 9, 1, 4],
  [12, 9, 1, 4],
  [4, 13, 8, 1],
];
const size = 16;
const count = 900;

const pixels = new Float32Array(count * size * size);
const labels = Array.from({ length: count }, (_, i) => i % SEGMENTS.length);
labels.forEach((label, i) => {
  const [right, down] = [0, 0].map(() => Math.floor(Math.random() * 3) - 1);
  BOXES.forEach(([left, top, width, height], segment) => {
    if (SEGMENTS[label][segment] === '0') return;
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        pixels[(i * size + y + down) * size + x + right] = 0.7 + 0.3 * Math.random();
  });
  if (Math.random() < 0.2) pixels[i * size * size + Math.floor(Math.random() * size)] = 0.01;
});

const model = tf.sequential({
  layers: [
    tf.layers.conv2d({ inputShape: [size, size, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 32, activation: 'relu' }),
    tf.layers.dense({ units: SEGMENTS.length, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: tf.train.rmsprop(0.1), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
const x = tf.tensor4d(pixels, [count, size, size, 1]);
const y = tf.oneHot(tf.tensor1d(labels, 'int32'), SEGMENTS.length);
const { history } = await model.fit(x, y, { epochs: 6, batchSize: 60, validationSplit: 0.2, verbose: 0 });
console.log(history.loss, history.val_acc);
