/*
A generative adversarial network with two optimizers and variable lists.

healthy: two losses that rise and fall against each other
*/
const tf = require('@tensorflow/tfjs');

const mlp = (inputs, outputs) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [inputs], units: 24, activation: 'relu' }),
      tf.layers.dense({ units: outputs }),
    ],
  });
const generator = mlp(4, 2);
const discriminator = mlp(2, 1);
const weightsOf = (model) => model.trainableWeights.map((weight) => weight.val);
const [generatorWeights, discriminatorWeights] = [weightsOf(generator), weightsOf(discriminator)];
const optimizerG = tf.train.adam(0.002, 0.5);
const optimizerD = tf.train.adam(0.002, 0.5);
const bce = (label, logits) => tf.losses.sigmoidCrossEntropy(tf.fill(logits.shape, label), logits);
const real = () => tf.randomNormal([32, 2], 1, 0.3);
const fake = () => generator.apply(tf.randomNormal([32, 4]));

for (let step = 0; step < 100; step++) {
  tf.tidy(() => {
    const lossD = optimizerD.minimize(
      () => bce(1, discriminator.apply(real())).add(bce(0, discriminator.apply(fake()))),
      true,
      discriminatorWeights,
    );
    const lossG = optimizerG.minimize(() => bce(1, discriminator.apply(fake())), true, generatorWeights);
    if (step % 25 === 0) console.log(step, lossD.dataSync()[0], lossG.dataSync()[0]);
  });
}
