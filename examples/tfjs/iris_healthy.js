// Tell three species of iris apart, with tf.data and a loop over batches.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const tf = require('@tensorflow/tfjs');

const { values: args } = parseArgs({
  options: { epochs: { type: 'string', default: '150' }, lr: { type: 'string', default: '0.02' } },
});
const SPECIES = ['setosa', 'versicolor', 'virginica'];
const TRAINING_FLOWERS = 120;

function loadIris() {
  const lines = fs
    .readFileSync(path.join(__dirname, 'data', 'iris.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line) => line.split(','));
  tf.util.shuffle(rows);
  const measures = tf.tensor2d(rows.map((row) => row.slice(0, 4).map(Number)));
  const { mean, variance } = tf.moments(measures, 0);
  const inputs = measures.sub(mean).div(variance.sqrt()).arraySync();
  const labels = tf
    .oneHot(
      rows.map((row) => SPECIES.indexOf(row[4])),
      3,
    )
    .arraySync();
  return inputs.map((xs, i) => ({ xs, ys: labels[i] }));
}

async function trainEpoch(model, optimizer, batches) {
  let total = 0;
  let count = 0;
  await batches.forEachAsync(({ xs, ys }) => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(ys, model.apply(xs, { training: true })),
      true,
    );
    total += loss.dataSync()[0];
    count += 1;
    loss.dispose();
  });
  return total / count;
}

function validate(model, flowers) {
  return tf.tidy(() => {
    const ys = tf.tensor2d(flowers.map((flower) => flower.ys));
    const logits = model.predict(tf.tensor2d(flowers.map((flower) => flower.xs)));
    const accuracy = logits.argMax(1).equal(ys.argMax(1)).mean();
    return {
      loss: tf.losses.softmaxCrossEntropy(ys, logits).dataSync()[0],
      accuracy: accuracy.dataSync()[0],
    };
  });
}

async function main() {
  const epochs = Number(args.epochs);
  const flowers = loadIris();
  const trainFlowers = flowers.slice(0, TRAINING_FLOWERS);
  const batches = tf.data.array(trainFlowers).shuffle(TRAINING_FLOWERS).batch(16);
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [4], units: 16, activation: 'tanh' }),
      tf.layers.dense({ units: 3 }),
    ],
  });
  const optimizer = tf.train.adam(Number(args.lr));

  for (let epoch = 1; epoch <= epochs; epoch++) {
    const loss = await trainEpoch(model, optimizer, batches);
    const validation = validate(model, flowers.slice(TRAINING_FLOWERS));
    const numbers = `train loss ${loss.toFixed(4)}  validation loss ${validation.loss.toFixed(4)}`;
    console.log(`epoch ${epoch}/${epochs}  ${numbers}  accuracy ${(100 * validation.accuracy).toFixed(1)} %`);
  }
}

main();
