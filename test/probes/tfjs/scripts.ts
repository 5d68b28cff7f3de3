/** Training scripts as users write them; they print what an independent computation says. */

export const DATA = `
const x = tf.randomNormal([60, 4], 0, 1, 'float32', 3);
const labels = Array.from({ length: 60 }, (_, i) => i % 3);
const y = tf.oneHot(tf.tensor1d(labels, 'int32'), 3).toFloat();
`;

const LAYERS = `
const model = tf.sequential();
model.add(tf.layers.dense({ units: 8, activation: 'relu', inputShape: [4], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
model.add(tf.layers.dense({ units: 3, kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
`;

/** A loop that knows nothing of the probe and prints each loss. */
export const LOOP = `${DATA}${LAYERS}
const optimizer = tf.train.adam(0.01);
for (let step = 0; step < 30; step++) {
  const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.predict(x)), true);
  console.log(loss.dataSync()[0]);
  loss.dispose();
}
console.log(tf.getBackend(), tf.memory().numTensors);
`;

export const FIT = `${DATA}
const { layers } = tf;
const model = tf.sequential();
model.add(layers.dense({ units: 8, activation: 'relu', inputShape: [4], kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }) }));
model.add(layers.dense({ units: 3, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }));
model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
model.fit(x, y, { epochs: 3, batchSize: 16, validationSplit: 0.2, shuffle: false, verbose: 0 }).then(({ history }) => {
  console.log(JSON.stringify(history));
  console.log(tf.getBackend(), tf.memory().numTensors);
});
`;

export const REQUIRE = "const tf = require('@tensorflow/tfjs');\n";
export const IMPORT = "import * as tf from '@tensorflow/tfjs';\n";
