/*
Probabilities from a sigmoid layer go into sigmoidCrossEntropy, which wants logits.

fault: sigmoid before sigmoidCrossEntropy
finds: sigmoid-before-bce-with-logits
by: 2
line: activation: 'sigmoid' | minimize( | sigmoidCrossEntropy( | variableGrads(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([500, 6]);
const y = x.slice([0, 0], [-1, 1]).mul(x.slice([0, 1], [-1, 1])).greater(tf.scalar(0)).toFloat();
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [6], units: 32, activation: 'relu' }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
});
const optimizer = tf.train.adam(0.003);
for (let step = 0; step < 150; step++) {
  const loss = optimizer.minimize(() => tf.losses.sigmoidCrossEntropy(y, model.apply(x)), true);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
