/*
Three tasks of one network, whose losses an own loop adds up with weights: classes, a yes or no, a number in hundreds
by the Huber loss, and a penalty on the weights.

healthy: a sum of losses of different kinds, sizes and activations
*/
import * as tf from '@tensorflow/tfjs';

const x = tf.randomNormal([768, 10]);
const kind = tf.oneHot(x.slice([0, 0], [-1, 3]).argMax(1), 3);
const answer = x.slice([0, 3], [-1, 1]).greater(0).toFloat();
const number = x.slice([0, 4], [-1, 1]).mul(20).add(50);

const body = tf.layers.dense({ inputShape: [10], units: 48, activation: 'relu' });
const heads = [3, 1, 1].map((units) => tf.layers.dense({ units }));
const optimizer = tf.train.adam(0.01);

function loss([batch, kinds, answers, numbers]) {
  const [kindOf, answerOf, numberOf] = heads.map((head) => head.apply(body.apply(batch)));
  const scaled = numbers.sub(50).div(20);
  const penalty = body.getWeights()[0].square().sum().mul(1e-5);
  return tf.losses
    .softmaxCrossEntropy(kinds, kindOf)
    .add(tf.losses.logLoss(answers, answerOf.sigmoid()))
    .add(tf.losses.huberLoss(scaled, numberOf).mul(0.5))
    .add(penalty);
}

// Builds the layers.
loss([x, kind, answer, number]).dispose();
for (let epoch = 0; epoch < 10; epoch++) {
  const order = tf.tensor1d(Array.from(tf.util.createShuffledIndices(768)), 'int32');
  const data = [x, kind, answer, number].map((all) => tf.gather(all, order));
  let sum = 0;
  for (let start = 0; start < 768; start += 48)
    tf.tidy(() => {
      const batch = data.map((all) => all.slice([start, 0], [48, -1]));
      sum += optimizer.minimize(() => loss(batch), true).dataSync()[0];
    });
  console.log(epoch, sum / 16);
  tf.dispose([order, ...data]);
}
