/*
 * Trains a TensorFlow.js model on random data, a slice of steps whenever it is its turn, and tells what a step cost:
 * train.py in JavaScript.
 *
 * usage: train.cjs MODEL SETTLE STEPS. BENCH_PORT is where turns come from: a line for each; the answer is JSON with the
 * wall clock and the CPU time of all threads, seconds a step. The first SETTLE steps of a turn do not count.
 * BENCH_TFJS is the file of the TensorFlow.js that the probe would give the script.
 */
const net = require('node:net');
const readline = require('node:readline');
const tf = require(process.env.BENCH_TFJS ?? '@tensorflow/tfjs');

const CLASSES = 10;

/** A loop of the script's own over `minimize`. */
function mlp() {
  const model = tf.sequential();
  model.add(tf.layers.dense({ inputShape: [784], units: 256, activation: 'relu' }));
  model.add(tf.layers.dense({ units: 64, activation: 'relu' }));
  model.add(tf.layers.dense({ units: CLASSES }));
  const optimizer = tf.train.adam(1e-3);
  const step = (xs, ys) => {
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(ys, model.apply(xs)), true);
    loss.dataSync();
    loss.dispose();
  };
  return { shape: [64, 784], step };
}

/** What `fit` is made of: batches of a compiled model. */
function cnn() {
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 3, activation: 'relu' }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: CLASSES, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'categoricalCrossentropy' });
  return { shape: [32, 28, 28, 1], step: (xs, ys) => model.trainOnBatch(xs, ys) };
}

function batches([size, ...shape]) {
  return Array.from({ length: 8 }, () => [
    tf.randomNormal([size, ...shape]),
    tf.oneHot(tf.randomUniformInt([size], 0, CLASSES), CLASSES),
  ]);
}

async function main() {
  const [name, settle, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
  const { shape, step } = { mlp, cnn }[name]();
  const data = batches(shape);
  const turns = net.connect(Number(process.env.BENCH_PORT), '127.0.0.1');
  turns.write(`${process.env.BENCH_NAME}\n`);
  for await (const _ of readline.createInterface({ input: turns })) {
    let [wall, cpu] = [0, process.cpuUsage()];
    for (let i = 0; i < settle + count; i++) {
      if (i === settle) [wall, cpu] = [performance.now(), process.cpuUsage()];
      await step(...data[i % data.length]);
    }
    const spent = process.cpuUsage(cpu);
    const seconds = { wall: (performance.now() - wall) / 1000, cpu: (spent.user + spent.system) / 1e6 };
    turns.write(`${JSON.stringify({ wall: seconds.wall / count, cpu: seconds.cpu / count })}\n`);
  }
  turns.end();
}

main();
