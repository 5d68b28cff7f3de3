/*
A recurrent network written out over sixty steps, with recurrent weights that are too large, and no clipping.

fault: exploding gradient through time
finds: exploding-gradient, poor-initialisation
by: 20
line: variableGrads( | applyGradients( | tf.variable( | minimize(
*/
const tf = require('@tensorflow/tfjs');

const inner = tf.variable(tf.randomNormal([16, 16], 0, 0.6));
const input = tf.variable(tf.randomNormal([2, 16], 0, 0.5));
const output = tf.variable(tf.randomNormal([16, 1], 0, 0.25));
const optimizer = tf.train.sgd(0.001);
function predict(x) {
  let state = tf.zeros([x.shape[0], 16]);
  for (const at of tf.unstack(x, 1)) state = state.matMul(inner).add(at.matMul(input)).relu();
  return state.matMul(output);
}
for (let step = 0; step < 40; step++) {
  const x = tf.randomUniform([16, 40, 2]);
  const y = x.mean([1, 2]).expandDims(1);
  const { value, grads } = tf.variableGrads(() => tf.losses.meanSquaredError(y, predict(x)));
  optimizer.applyGradients(grads);
  if (step % 10 === 0) console.log(step, value.dataSync()[0]);
  tf.dispose([x, y, value, grads]);
}
