/*
The model's output goes through tf.softmax and then into softmaxCrossEntropy.

fault: softmax before softmaxCrossEntropy
finds: softmax-before-cross-entropy
by: 2
line: minimize( | softmax | softmaxCrossEntropy(
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([400, 8]);
const y = tf.oneHot(x.slice([0, 0], [-1, 3]).argMax(1), 3);
const model = tf.sequential();
model.add(tf.layers.dense({ inputShape: [8], units: 24, activation: 'tanh' }));
model.add(tf.layers.dense({ units: 3 }));
const predict = (batch) => tf.softmax(model.apply(batch));
const optimizer = tf.train.adam(0.002);

for (let step = 0; step < 120; step++) {
  const start = (step * 40) % 400;
  const loss = optimizer.minimize(
    () => tf.losses.softmaxCrossEntropy(y.slice([start, 0], [40, 3]), predict(x.slice([start, 0], [40, 8]))),
    true,
  );
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
