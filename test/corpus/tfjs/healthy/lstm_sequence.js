/*
An LSTM learns whether a sequence has a positive sum.

healthy: a recurrent network that begins slowly
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([320, 8, 1]);
const y = x.sum([1, 2]).expandDims(1).greater(tf.scalar(0)).toFloat();
const model = tf.sequential();
model.add(tf.layers.lstm({ inputShape: [8, 1], units: 10 }));
model.add(tf.layers.dense({ units: 1, activation: 'sigmoid' }));
model.compile({ optimizer: tf.train.adam(0.02), loss: 'binaryCrossentropy', metrics: ['accuracy'] });
model.fit(x, y, { epochs: 6, batchSize: 32, verbose: 0 }).then(({ history }) => console.log(history.acc));
