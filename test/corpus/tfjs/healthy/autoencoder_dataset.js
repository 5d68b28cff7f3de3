/*
An autoencoder of digits with fitDataset and the mean squared error.

healthy: a loss far below its expectation from the second epoch on
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/digits.csv'), 'utf8');
const images = csv.trim().split('\n').slice(1, 801).map((line) => line.split(',').slice(0, 64).map((v) => v / 16));
const dataset = tf.data.array(images).map((xs) => ({ xs, ys: xs })).shuffle(800).batch(50);

async function main() {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [64], units: 24, activation: 'relu' }),
      tf.layers.dense({ units: 64, activation: 'sigmoid' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const { history } = await model.fitDataset(dataset, { epochs: 5, verbose: 0 });
  console.log(history.loss);
}

main();
