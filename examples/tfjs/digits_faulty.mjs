// Classify handwritten digits (8 x 8 pixels) with a loop of our own. It does not work: find out why.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';

const { values: args } = parseArgs({
  options: {
    epochs: { type: 'string', default: '40' },
    'batch-size': { type: 'string', default: '32' },
    lr: { type: 'string', default: '0.5' },
  },
});

function loadDigits() {
  const lines = fs
    .readFileSync(new URL('data/digits.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  tf.util.shuffle(rows);
  const images = tf.tensor2d(rows.map((row) => row.slice(0, 64)));
  const labels = tf.oneHot(
    tf.tensor1d(
      rows.map((row) => row[64]),
      'int32',
    ),
    10,
  );
  return { images, labels };
}

function buildModel() {
  const dense = (units, options) => tf.layers.dense({ units, kernelInitializer: 'heNormal', ...options });
  return tf.sequential({
    layers: [
      dense(128, { inputShape: [64], activation: 'relu' }),
      dense(128, { activation: 'relu' }),
      dense(10),
    ],
  });
}

function trainStep(model, optimizer, images, labels) {
  return tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => {
      const logits = model.apply(images, { training: true });
      return tf.losses.softmaxCrossEntropy(labels, logits);
    });
    optimizer.applyGradients(grads);
    return value.dataSync()[0];
  });
}

function accuracyOf(model, images, labels) {
  return tf.tidy(() => {
    const hits = model.predict(images).argMax(1).equal(labels.argMax(1));
    return hits.mean().dataSync()[0];
  });
}

async function main() {
  const epochs = Number(args.epochs);
  const batchSize = Number(args['batch-size']);
  const { images, labels } = loadDigits();
  const count = images.shape[0] - (images.shape[0] % batchSize);
  const model = buildModel();
  const optimizer = tf.train.momentum(Number(args.lr), 0.9);

  for (let epoch = 0; epoch < epochs; epoch++) {
    let total = 0;
    for (let start = 0; start < count; start += batchSize) {
      const batchImages = images.slice([start, 0], [batchSize, 64]);
      const batchLabels = labels.slice([start, 0], [batchSize, 10]);
      total += trainStep(model, optimizer, batchImages, batchLabels);
      tf.dispose([batchImages, batchLabels]);
      await tf.nextFrame();
    }
    const loss = (total * batchSize) / count;
    const accuracy = accuracyOf(model, images, labels);
    console.log(
      `epoch ${epoch + 1}/${epochs}  loss ${loss.toFixed(4)}  accuracy ${(100 * accuracy).toFixed(1)} %`,
    );
  }
}

main();
