/*
Layers that were trained before are frozen, and a new head is trained on them.

healthy: layers frozen on purpose
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 64).map((v) => v / 16)));
const digits = tf.oneHot(tf.tensor1d(rows.map((row) => row[64]), 'int32'), 10);
const odd = tf.tensor2d(rows.map((row) => [row[64] % 2]));

async function main() {
  const hidden = tf.layers.dense({ inputShape: [64], units: 32, activation: 'relu' });
  const first = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 10, activation: 'softmax' })] });
  first.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  await first.fit(xs, digits, { epochs: 4, batchSize: 64, verbose: 0 });
  hidden.trainable = false;
  const second = tf.sequential({ layers: [hidden, tf.layers.dense({ units: 1, activation: 'sigmoid' })] });
  second.compile({ optimizer: tf.train.adam(0.01), loss: 'binaryCrossentropy' });
  const { history } = await second.fit(xs, odd, { epochs: 4, batchSize: 64, verbose: 0 });
  console.log(history.loss);
}

main();
