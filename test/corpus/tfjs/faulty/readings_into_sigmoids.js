/*
Readings of sensors, in thousands, go into sigmoids, which are all 0 or 1.

fault: inputs are not normalised
finds: inputs-not-normalised, saturated-activation
by: 60
line: fit( | compile( | sigmoid
*/
const tf = require('@tensorflow/tfjs');

const pressure = tf.randomUniform([600, 1], 900, 1100);
const flow = tf.randomUniform([600, 1], 0, 5000);
const xs = tf.concat([pressure, flow], 1);
const ys = flow.sub(pressure.sub(900).mul(20)).greater(500).toFloat();
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [2], units: 16, activation: 'sigmoid' }),
    tf.layers.dense({ units: 8, activation: 'sigmoid' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
model.compile({ optimizer: tf.train.sgd(0.05), loss: 'binaryCrossentropy' });
model.fit(xs, ys, { epochs: 8, batchSize: 40, verbose: 0 }).then(({ history }) => console.log(history.loss));
