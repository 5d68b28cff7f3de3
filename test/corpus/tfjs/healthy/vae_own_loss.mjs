/*
A variational autoencoder whose loss is written out: the squared error summed over an image, the mean over the batch,
and the divergence from a normal distribution.

healthy: a loss summed over pixels is large, and its second term rises while the first falls
*/
import * as tf from '@tensorflow/tfjs';

const size = 8;
const grid = tf.range(0, size);
/** A bright spot somewhere. */
function images(count) {
  return tf.tidy(() => {
    const [row, column] = [0, 1].map(() => tf.randomUniform([count, 1], 1.5, size - 2.5));
    const [down, across] = [row, column].map((at) => grid.sub(at).square().div(-2).exp());
    return down.expandDims(2).mul(across.expandDims(1)).reshape([count, size * size]);
  });
}

const dense = (units, activation) => tf.layers.dense({ units, activation });
const hidden = dense(48, 'relu');
const [meanOf, logVarianceOf] = [dense(2), dense(2)];
const [back, out] = [dense(48, 'relu'), dense(size * size, 'sigmoid')];
const optimizer = tf.train.adam(0.003);

function loss(batch) {
  const code = hidden.apply(batch);
  const [mean, logVariance] = [meanOf.apply(code), logVarianceOf.apply(code)];
  const sample = mean.add(tf.randomNormal(mean.shape).mul(logVariance.mul(0.5).exp()));
  const image = out.apply(back.apply(sample));
  const error = image.sub(batch).square().sum(1).mean();
  const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(1).mean().mul(-0.5);
  return error.add(divergence.mul(0.1));
}

// Builds the layers.
loss(images(1)).dispose();
for (let step = 0; step < 400; step++) {
  const value = tf.tidy(() => {
    const batch = images(64);
    return optimizer.minimize(() => loss(batch), true).dataSync()[0];
  });
  if (step % 50 === 0) console.log(step, value);
}
