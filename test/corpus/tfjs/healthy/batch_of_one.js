/*
One example at a time, momentum, a small learning rate.

healthy: very noisy losses
*/
const fs = require('node:fs');
const path = require('node:path');
const tf = require('@tensorflow/tfjs');

const csv = fs.readFileSync(path.join(__dirname, '../../../../examples/tfjs/data/iris.csv'), 'utf8');
const species = ['setosa', 'versicolor', 'virginica'];
const rows = csv.trim().split('\n').slice(1).map((line) => line.split(','));
tf.util.shuffle(rows);
const xs = tf.tensor2d(rows.map((row) => row.slice(0, 4).map((v) => Number(v) - 3)));
const ys = tf.oneHot(rows.map((row) => species.indexOf(row[4])), 3);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [4], units: 12, activation: 'tanh' }));
model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
model.compile({ optimizer: tf.train.momentum(0.01, 0.5), loss: 'categoricalCrossentropy' });
model.fit(xs, ys, { epochs: 3, batchSize: 1, verbose: 0 }).then(({ history }) => console.log(history.loss));
