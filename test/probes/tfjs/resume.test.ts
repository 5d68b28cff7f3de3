/** Checkpoints that a person asks for, and trainings that go on from them. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { all, buildProbe, first, observe, Workspace } from './harness.js';
import { Peer } from './peer.js';
import { REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const script = (optimizer: string, from: number, units = 8): string => `${REQUIRE}
const model = tf.sequential();
model.add(tf.layers.dense({ units: ${units}, activation: 'relu', inputShape: [4] }));
model.add(tf.layers.batchNormalization());
model.add(tf.layers.dense({ units: 1 }));
const optimizer = tf.train.${optimizer};
for (let step = ${from}; step < 10; step++) {
  const x = tf.randomNormal([16, 4], 0, 1, 'float32', step + 1);
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(x.sum(1, true), model.apply(x, { training: true })), true);
  console.log(step, loss.dataSync()[0]);
}
console.log(tf.memory().numTensors);
`;

async function keep(optimizer: string): Promise<{ stdout: string; file: string }> {
  workspace.write({ 'train.cjs': script(optimizer, 0) });
  const held = await Peer.run(workspace, probe, 'train.cjs');
  const gate = await held.holdAt(({ step }) => step === 5);
  const { file, step } = await held.ask('saveCheckpoint', { file: workspace.file('kept/five') });
  expect(step).toBe(5);
  const { stdout } = await held.release(gate);
  expect(first(held.ear.messages, 'checkpoint')).toMatchObject({ kind: 'saved', file, step: 5 });
  return { stdout, file };
}

function resume(source: string, file: string): ReturnType<typeof observe> {
  workspace.write({ 'again.cjs': source });
  const environment = { TRAINING_DEBUGGER_RESUME: file };
  return observe(workspace, { script: 'again.cjs', probe, environment });
}

const steps = (stdout: string): string[] => stdout.split('\n').filter((line) => /^[5-9] /.test(line));

it.each([
  'sgd(0.05)',
  'momentum(0.05, 0.9)',
  'adam(0.01)',
  'rmsprop(0.01)',
  'adagrad(0.05)',
  'adamax(0.01)',
  'adadelta(0.001)',
])('a training with %s goes on from a checkpoint to the same numbers, to the last bit', async (optimizer) => {
  const { stdout, file } = await keep(optimizer);
  const again = await resume(script(optimizer, 5), file);
  expect(again.stderr).toBe('');
  expect(steps(again.stdout)).toEqual(steps(stdout));
  expect(all(again.messages, 'loss')).toMatchObject([{ resumed: true }]);
});

it('a folder serves as well, and a model that the framework saved has no state of an optimizer', async () => {
  const { stdout, file } = await keep('sgd(0.05)');
  fs.rmSync(workspace.file('kept/five/training.json'));
  expect(steps((await resume(script('sgd(0.05)', 5), workspace.file('kept/five'))).stdout)).toEqual(
    steps(stdout),
  );
  expect(file).toBe(workspace.file('kept/five/model.json'));
});

it('what does not fit ends the training before it begins, by name', async () => {
  const { file } = await keep('adam(0.01)');
  const wider = await resume(script('adam(0.01)', 5, 9), file);
  expect([wider.code, wider.stdout]).toEqual([1, '']);
  expect(wider.stderr).toMatch(/kernel float32 \[4, 8\] ≠ .*kernel float32 \[4, 9\]/);
  const other = await resume(script('sgd(0.05)', 5), file);
  expect([other.code, other.stdout]).toEqual([1, '']);
  expect(other.stderr).toMatch(/optimizer of the checkpoint is Adam, the script’s is SGD/);
  const absent = await resume(script('sgd(0.05)', 5), workspace.file('nothing'));
  expect(absent.stderr).toMatch(/cannot go on from .*nothing/);
});

it('saves over an older state as a whole, and beside files of a person', async () => {
  workspace.write({ 'train.cjs': script('sgd(0.05)', 0) });
  const held = await Peer.run(workspace, probe, 'train.cjs');
  const folder = workspace.file('over');
  const gate = await held.holdAt(({ step }) => step === 2);
  const { file } = await held.ask('saveCheckpoint', { file: folder });
  const before = fs.statSync(folder).ino;
  const later = await held.next(gate, 'go');
  await held.ask('saveCheckpoint', { file: folder });
  expect(fs.statSync(folder).ino).not.toBe(before);
  expect(JSON.parse(fs.readFileSync(path.join(folder, 'training.json'), 'utf8'))).toMatchObject({ step: 3 });
  fs.writeFileSync(path.join(folder, 'notes.txt'), 'mine');
  await held.ask('saveCheckpoint', { file });
  expect(fs.readdirSync(folder)).toContain('notes.txt');
  expect(fs.readdirSync(workspace.folder).filter((name) => /^over\./.test(name))).toEqual([]);
  await held.release(later);
});
