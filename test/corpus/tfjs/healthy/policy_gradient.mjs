/*
REINFORCE on a bandit of five arms: the loss has no meaning of its own.

healthy: a loss that is negative at times and does not fall
*/
import * as tf from '@tensorflow/tfjs';

const preferences = tf.variable(tf.zeros([5]));
const rewards = tf.tensor1d([0.1, 0.2, 0.9, 0.3, 0.5]);
const optimizer = tf.train.adam(0.05);
for (let step = 0; step < 120; step++) {
  const action = tf.tidy(() => tf.multinomial(preferences.expandDims(0), 16).squeeze());
  const reward = tf.tidy(() => rewards.gather(action).add(tf.randomNormal([16], 0, 0.3)));
  const loss = optimizer.minimize(() => {
    const logProbabilities = tf.logSoftmax(preferences).gather(action);
    const advantage = reward.sub(reward.mean());
    return logProbabilities.mul(advantage).mean().neg();
  }, true);
  if (step % 30 === 0) console.log(step, loss.dataSync()[0], preferences.argMax().dataSync()[0]);
  tf.dispose([action, reward, loss]);
}
