/*
A recurrent network adds numbers; its gradients are clipped by value in the loop.

healthy: gradients that spike, and updates that do not
*/
const tf = require('@tensorflow/tfjs');

const rnn = tf.layers.simpleRNN({ inputShape: [12, 1], units: 12 });
const model = tf.sequential({ layers: [rnn, tf.layers.dense({ units: 1 })] });
const optimizer = tf.train.rmsprop(0.005);

for (let step = 0; step < 80; step++) {
  const x = tf.randomUniform([16, 12, 1], 0, 1);
  const y = x.sum(1);
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, model.apply(x, { training: true })));
  const clipped = tf.tidy(() => Object.fromEntries(Object.entries(grads).map(([k, g]) => [k, g.clipByValue(-1, 1)])));
  optimizer.applyGradients(clipped);
  if (step % 20 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([x, y, value, grads, clipped]);
}
