/*
A column of predictions minus a row of targets, in a mean squared error.

fault: shapes broadcast in the loss
finds: target-broadcast
by: 2
line: minimize( | meanSquaredError( | sub(
*/
const tf = require('@tensorflow/tfjs');

const x = tf.randomNormal([128, 4]);
const y = x.matMul(tf.tensor2d([1, -2, 3, 0.5], [4, 1])).reshape([128]);
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [4], units: 16, activation: 'relu' }),
    tf.layers.dense({ units: 1 }),
  ],
});
const optimizer = tf.train.adam(0.01);
for (let step = 0; step < 120; step++) {
  const loss = optimizer.minimize(() => model.apply(x).sub(y).square().mean(), true);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0]);
  loss.dispose();
}
