/*
binaryCrossentropy of a linear output: what lies outside 0 and 1 is clipped, and has no gradient there.

fault: logits where binaryCrossentropy wants probabilities
finds: logits-before-bce
by: 2
line: units: 1 | compile( | fit(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([600, 10]);
const y = x.slice([0, 0], [-1, 1]).mul(x.slice([0, 1], [-1, 1])).greater(tf.scalar(0)).toFloat();
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [10], units: 24, activation: 'relu' }));
model.add(tf.layers.dense({ units: 1 }));
model.compile({ optimizer: tf.train.adam(0.005), loss: 'binaryCrossentropy' });
model.fit(x, y, { epochs: 8, batchSize: 32, verbose: 0 }).then(({ history }) => console.log(history.loss));
