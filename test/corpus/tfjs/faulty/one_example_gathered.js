/*
Batches are gathered by indices inside of the loss; the counter is not advanced, so a batch is one example many times.

fault: every example of a batch is the same
finds: constant-input, repeated-batches
by: 60
line: gather( | minimize( | softmaxCrossEntropy(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([400, 12]);
const y = tf.oneHot(x.slice([0, 0], [-1, 3]).argMax(1), 3);
const order = tf.util.createShuffledIndices(400);
let next = 0;

function nextBatch(size) {
  const indices = [];
  for (let i = 0; i < size; i++) indices.push(order[next]);
  const rows = tf.tensor1d(indices, 'int32');
  return [tf.gather(x, rows), tf.gather(y, rows)];
}

const hidden = tf.variable(tf.randomNormal([12, 16], 0, 0.3));
const out = tf.variable(tf.randomNormal([16, 3], 0, 0.3));
const optimizer = tf.train.sgd(0.05);

for (let step = 0; step < 100; step++) {
  const value = optimizer.minimize(() => {
    const [batch, labels] = nextBatch(32);
    return tf.losses.softmaxCrossEntropy(labels, batch.matMul(hidden).relu().matMul(out));
  }, true);
  if (step % 20 === 0) console.log(step, value.dataSync()[0]);
  value.dispose();
}
