/*
Species 0, 1 and 2 are predicted as one number.

fault: a loss that does not suit the task
finds: unsuited-loss
by: 60
line: fit( | compile( | units: 1
*/
import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const csv = fs.readFileSync(new URL('../../../../examples/tfjs/data/iris.csv', import.meta.url), 'utf8');
const species = ['setosa', 'versicolor', 'virginica'];
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(','));
tf.util.shuffle(rows);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 4).map((v) => Number(v) / 4)));
const ys = tf.tensor2d(rows.map((row) => [species.indexOf(row[4])]));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 12, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
const { history } = await model.fit(xs, ys, { epochs: 15, batchSize: 15, verbose: 0 });
console.log(history.loss.at(-1));
