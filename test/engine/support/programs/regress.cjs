// A real training with TensorFlow.js: a line through made-up points.
const tf = require('@tensorflow/tfjs');

async function main() {
  const inputs = tf.tensor2d([[0], [1], [2], [3]]);
  const targets = tf.tensor2d([[1], [3], [5], [7]]);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: 'meanSquaredError' });
  await model.fit(inputs, targets, { epochs: 12, batchSize: 4, verbose: 0 });
  console.log('trained');
}

main();
