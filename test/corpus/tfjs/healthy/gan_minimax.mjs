/*
A generative adversarial network as it was first published: the generator raises the very cross-entropy that the
discriminator lowers, and takes its step first. A third optimizer was built and is not used.

healthy: a cross-entropy with a minus before it, and an optimizer without a step
*/
import * as tf from '@tensorflow/tfjs';

const dense = (units, activation) => tf.layers.dense({ units, activation });
const generator = tf.sequential({
  layers: [tf.layers.dense({ inputShape: [3], units: 16, activation: 'relu' }), dense(2)],
});
const discriminator = tf.sequential({
  layers: [tf.layers.dense({ inputShape: [2], units: 16, activation: 'relu' }), dense(1)],
});
const weightsOf = (model) => model.trainableWeights.map((weight) => weight.val);
tf.train.sgd(0.1);
const [optimizerG, optimizerD] = [tf.train.adam(0.001, 0.5), tf.train.adam(0.003, 0.5)];
const real = () => tf.randomNormal([32, 2], 0.5, 0.4);
const fake = () => generator.apply(tf.randomNormal([32, 3]));
const bce = (label, logits) => tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits);

for (let step = 0; step < 120; step++) {
  tf.tidy(() => {
    const lossG = optimizerG.minimize(
      () => bce(0, discriminator.apply(fake())).neg(),
      true,
      weightsOf(generator),
    );
    const lossD = optimizerD.minimize(
      () => bce(1, discriminator.apply(real())).add(bce(0, discriminator.apply(fake()))),
      true,
      weightsOf(discriminator),
    );
    if (step % 30 === 0) console.log(step, lossD.dataSync()[0], lossG.dataSync()[0]);
  });
}
