// Classify handwritten digits (8 x 8 pixels) with a small convolutional network and model.fit.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const tf = require('@tensorflow/tfjs');

const { values: args } = parseArgs({
  options: {
    epochs: { type: 'string', default: '25' },
    'batch-size': { type: 'string', default: '32' },
    lr: { type: 'string', default: '0.002' },
  },
});
const TRAINING_IMAGES = 1437;

function loadDigits() {
  const lines = fs
    .readFileSync(path.join(__dirname, 'data', 'digits.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  tf.util.shuffle(rows);
  const pixels = rows.map((row) => row.slice(0, 64).map((value) => (value / 16 - 0.3) / 0.38));
  const images = tf.tensor2d(pixels).reshape([-1, 8, 8, 1]);
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
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [8, 8, 1],
      filters: 16,
      kernelSize: 3,
      padding: 'same',
      activation: 'relu',
    }),
  );
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 64, activation: 'relu' }));
  model.add(tf.layers.dropout({ rate: 0.3 }));
  model.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
  model.compile({
    optimizer: tf.train.adam(Number(args.lr)),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

async function main() {
  const epochs = Number(args.epochs);
  const { images, labels } = loadDigits();
  const split = (tensor) => tf.split(tensor, [TRAINING_IMAGES, tensor.shape[0] - TRAINING_IMAGES]);
  const [trainImages, validationImages] = split(images);
  const [trainLabels, validationLabels] = split(labels);

  const model = buildModel();
  await model.fit(trainImages, trainLabels, {
    epochs,
    batchSize: Number(args['batch-size']),
    validationData: [validationImages, validationLabels],
    verbose: 0,
    callbacks: {
      onEpochEnd(epoch, logs) {
        const numbers = `train loss ${logs.loss.toFixed(4)}  validation loss ${logs.val_loss.toFixed(4)}`;
        console.log(
          `epoch ${epoch + 1}/${epochs}  ${numbers}  accuracy ${(100 * logs.val_acc).toFixed(1)} %`,
        );
      },
    },
  });
}

main();
