/*
An own loop adds the loss of a place to that of a class, whose scores are probabilities already.

fault: softmax before softmaxCrossEntropy in the second term of a sum
finds: softmax-before-cross-entropy
by: 2
line: softmax() | softmaxCrossEntropy( | minimize(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([512, 8]);
const place = x.slice([0, 0], [-1, 2]).mul(0.5);
const label = tf.oneHot(x.slice([0, 2], [-1, 5]).argMax(1), 5);

const body = tf.layers.dense({ inputShape: [8], units: 32, activation: 'relu' });
const placeHead = tf.layers.dense({ units: 2 });
const classHead = tf.layers.dense({ units: 5 });
const optimizer = tf.train.adam(0.003);

function loss(batch, places, labels) {
  const features = body.apply(batch);
  const regression = tf.losses.meanSquaredError(places, placeHead.apply(features));
  const probabilities = classHead.apply(features).softmax();
  return regression.add(tf.losses.softmaxCrossEntropy(labels, probabilities));
}

// Builds the layers.
loss(x, place, label).dispose();
for (let epoch = 0; epoch < 6; epoch++) {
  const order = tf.tensor1d(Array.from(tf.util.createShuffledIndices(512)), 'int32');
  const [xs, places, labels] = [x, place, label].map((data) => tf.gather(data, order));
  let last = 0;
  for (let start = 0; start < 512; start += 32) {
    last = tf.tidy(() => {
      const [a, b, c] = [xs, places, labels].map((data) => data.slice([start, 0], [32, -1]));
      return optimizer.minimize(() => loss(a, b, c), true).dataSync()[0];
    });
  }
  console.log(epoch, last);
  tf.dispose([order, xs, places, labels]);
}
