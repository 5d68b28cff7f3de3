/** Training is sacred: with the probe a script computes, prints and ends as without it. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  all,
  buildProbe,
  connectedTo,
  Ear,
  first,
  observe,
  readLog,
  series,
  start,
  Workspace,
} from './harness.js';
import { FIT, LOOP, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

/** Loads the embedded backend by path, so that the same script runs without the probe. */
const embedded = (): string => `const tf = require(${JSON.stringify(path.join(probe, 'embedded.cjs'))});\n`;

/** Steps of a few milliseconds that go on until the script is stopped, or for long enough. */
const LONG = `
const x = tf.randomNormal([64, 32], 0, 1, 'float32', 1);
const y = tf.randomNormal([64, 1], 0, 1, 'float32', 2);
const w = tf.variable(tf.zeros([32, 1]));
const optimizer = tf.train.sgd(0.01);
let steps = 0;
try {
  for (; steps < STEPS; steps++) optimizer.minimize(() => tf.losses.meanSquaredError(y, x.matMul(w)));
} finally {
  console.log('finally after', steps);
}
console.log('done', w.dataSync()[0]);
`;
const long = (steps: number): string => REQUIRE + LONG.replace('STEPS', String(steps));

/** The probe sees modules being loaded, so is on the stack beneath the script. */
function withoutModuleFrames(stderr: string): string {
  return stderr.replaceAll(/^ +at .*(?:node:internal|preload\.cjs).*\n/gm, '');
}

describe('with and without the probe', () => {
  it.each([
    ['a loop', LOOP],
    ['fit', FIT],
  ])('%s prints the same numbers to the last bit, and keeps no tensor more', async (_name, body) => {
    workspace.write({ 'train.cjs': embedded() + body });
    const alone = await start(workspace, { script: 'train.cjs' }).done;
    const watched = await observe(workspace, { script: 'train.cjs', probe });
    expect(alone.stdout).toMatch(/wasm \d+\s*$/);
    expect([watched.code, watched.stdout, watched.stderr]).toEqual([alone.code, alone.stdout, alone.stderr]);
    expect(series(watched.messages, 'loss').length).toBeGreaterThan(5);
  });

  it('leaves a process alone that nobody listens to', async () => {
    workspace.write({
      'check.cjs': "console.log(typeof Object.getOwnPropertyDescriptor(globalThis, '_tfengine'))",
    });
    const { stdout } = await start(workspace, { script: 'check.cjs', probe }).done;
    expect(stdout).toBe('undefined\n');
  });

  it('says nothing for a script that trains nothing', async () => {
    workspace.write({ 'other.cjs': "console.log('hello')" });
    const log = workspace.file('run.jsonl');
    const { stdout } = await start(workspace, {
      script: 'other.cjs',
      probe,
      environment: { TRAINING_DEBUGGER_LOG: log },
    }).done;
    expect(stdout).toBe('hello\n');
    expect(fs.existsSync(log)).toBe(false);
  });

  it('ends with the exception and the exit code of the script', async () => {
    const source = embedded() + LOOP + "\nthrow new TypeError('no such thing');\n";
    workspace.write({ 'train.cjs': source });
    const alone = await start(workspace, { script: 'train.cjs' }).done;
    const watched = await observe(workspace, { script: 'train.cjs', probe });
    expect(watched.code).toBe(1);
    expect(withoutModuleFrames(watched.stderr)).toBe(withoutModuleFrames(alone.stderr));
    expect(first(watched.messages, 'exception')).toMatchObject({
      kind: 'TypeError',
      message: 'no such thing',
      frames: [{ file: workspace.file('train.cjs'), line: source.split('\n').length - 1 }],
    });
    expect(watched.messages.at(-1)).toMatchObject({ type: 'bye', reason: 'failed' });
  });
});

describe('an engine that fails the training', () => {
  it('may be absent', async () => {
    workspace.write({ 'train.cjs': long(50) });
    const environment = { TRAINING_DEBUGGER_SOCKET: `unix:${workspace.file('nobody.sock')}` };
    const { code, stdout } = await start(workspace, { script: 'train.cjs', probe, environment }).done;
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^finally after 50\ndone /)]);
  });

  it('may die in the middle', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'train.cjs': long(3000) });
    const log = workspace.file('run.jsonl');
    const environment = { ...connectedTo(ear), TRAINING_DEBUGGER_LOG: log };
    const { done } = start(workspace, { script: 'train.cjs', probe, environment });
    await ear.until('steps');
    ear.die();
    const { code, stdout, stderr } = await done;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^finally after 3000\ndone /);
    expect(series(readLog(log), 'loss')).toHaveLength(3000);
  });

  it('may hang: nothing is lost that fits the queue, and the script ends', async () => {
    const ear = new Ear(workspace.folder, true);
    await ear.listen();
    workspace.write({ 'train.cjs': long(300) });
    const log = workspace.file('run.jsonl');
    const environment = { ...connectedTo(ear), TRAINING_DEBUGGER_LOG: log };
    const { code, stdout } = await start(workspace, { script: 'train.cjs', probe, environment }).done;
    ear.die();
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^finally after 300\ndone /)]);
    expect(series(readLog(log), 'loss')).toHaveLength(300);
  });

  it.runIf(process.platform === 'linux')('may be slow: it is waited for while it is at work', async () => {
    const ear = new Ear(workspace.folder, true);
    await ear.listen();
    const engine = spawn(process.execPath, ['-e', 'for (;;);']);
    workspace.write({ 'train.cjs': long(50) });
    const log = workspace.file('run.jsonl');
    const environment = {
      ...connectedTo(ear),
      TRAINING_DEBUGGER_LOG: log,
      TRAINING_DEBUGGER_ENGINE: String(engine.pid),
    };
    try {
      const { done, child } = start(workspace, { script: 'train.cjs', probe, environment });
      const ended = (): boolean => fs.existsSync(log) && fs.readFileSync(log, 'utf8').includes('"bye"');
      while (!ended()) await new Promise((resolve) => setTimeout(resolve, 50));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      expect(child.exitCode).toBeNull();
      ear.wake();
      expect(await done).toMatchObject({ code: 0, stderr: '' });
      await ear.drained();
      expect(series(ear.messages, 'loss')).toHaveLength(50);
      expect(ear.messages.at(-1)).toMatchObject({ type: 'bye' });
    } finally {
      engine.kill('SIGKILL');
      ear.die();
    }
  });

  it.runIf(process.platform === 'linux')('may be stopped for ever: the script ends', async () => {
    const ear = new Ear(workspace.folder, true);
    await ear.listen();
    const engine = spawn(process.execPath, ['-e', 'for (;;);']);
    engine.kill('SIGSTOP');
    workspace.write({ 'train.cjs': long(50) });
    const environment = { ...connectedTo(ear), TRAINING_DEBUGGER_ENGINE: String(engine.pid) };
    try {
      const { code } = await start(workspace, { script: 'train.cjs', probe, environment }).done;
      expect(code).toBe(0);
    } finally {
      engine.kill('SIGKILL');
      ear.die();
    }
  });

  it('may die while the training is paused: it goes on', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'train.cjs': long(400) });
    const { done } = start(workspace, { script: 'train.cjs', probe, environment: connectedTo(ear) });
    await ear.until('hello');
    ear.say({ type: 'gear', gated: true, kinds: ['step'], snapshotBytes: 0, grace: 0.05 });
    ear.say({ type: 'verdict', gate: (await ear.until('gate')).gate, action: 'hold' });
    await ear.until('state', (message) => message.state === 'paused');
    ear.die();
    expect((await done).stdout).toMatch(/^finally after 400\ndone /);
  });

  it('may refuse the run', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'train.cjs': long(200) });
    const { done } = start(workspace, { script: 'train.cjs', probe, environment: connectedTo(ear) });
    await ear.until('hello');
    ear.say({ type: 'refused', reason: 'wrong token' });
    expect(await done).toMatchObject({ code: 0, stderr: '' });
    ear.die();
  });
});

describe('control', () => {
  it('pauses a loop that never yields, and resumes it where it was', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'train.cjs': long(20_000) });
    const { done, child } = start(workspace, { script: 'train.cjs', probe, environment: connectedTo(ear) });
    await ear.until('steps');
    ear.say({ type: 'gear', gated: true, kinds: ['step'], snapshotBytes: 0, grace: 1 });
    const { gate } = await ear.until('gate');
    ear.say({ type: 'verdict', gate, action: 'hold' });
    const paused = await ear.until('state');
    expect(paused).toMatchObject({ state: 'paused' });
    const before = series(ear.messages, 'loss').length;
    expect(before).toBe(paused.step);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(series(ear.messages, 'loss')).toHaveLength(before);
    ear.say({ type: 'gear', gated: false, kinds: [], snapshotBytes: 0, grace: 1 });
    ear.say({ type: 'verdict', gate, action: 'go' });
    await ear.until('state', (message) => message.state === 'running');
    await ear.until('steps', (message) => message.first >= before);
    ear.say({ type: 'stop' });
    expect(child.exitCode).toBeNull();
    await done;
    ear.die();
  });

  it('stops between two steps: finally blocks run, one line is said, the last state is kept', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'train.cjs': long(1_000_000) });
    const checkpoints = workspace.file('checkpoints');
    const environment = { ...connectedTo(ear), TRAINING_DEBUGGER_CHECKPOINTS: checkpoints };
    const { done } = start(workspace, { script: 'train.cjs', probe, environment });
    await ear.until('steps');
    ear.say({ type: 'stop' });
    const { code, stdout, stderr } = await done;
    await ear.drained();
    ear.die();
    expect(code).toBe(85);
    expect(stdout).toMatch(/^finally after \d+\n$/);
    expect(stderr).toMatch(/^Training Debugger: Training stopped after step \d+\.\n$/);
    expect(ear.messages.at(-1)).toMatchObject({ type: 'bye', reason: 'stopped' });
    const saved = first(ear.messages, 'checkpoint');
    expect(saved).toMatchObject({ kind: 'last', file: path.join(checkpoints, 'last', 'model.json') });
    expect(fs.statSync(path.join(checkpoints, 'last', 'weights.bin')).size).toBe(32 * 4);
  });

  it('stops fit, and keeps the best model by validation loss as one that loads', async () => {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    workspace.write({ 'fit.cjs': REQUIRE + FIT.replace('epochs: 3', 'epochs: 100000') });
    const environment = { ...connectedTo(ear), TRAINING_DEBUGGER_CHECKPOINTS: workspace.file('kept') };
    const { done } = start(workspace, { script: 'fit.cjs', probe, environment });
    const best = await ear.until('checkpoint');
    ear.say({ type: 'stop' });
    expect(await done).toMatchObject({ code: 85, stdout: '' });
    ear.die();
    expect(best).toMatchObject({ kind: 'best', file: workspace.file('kept/best/model.json') });
    const load = `tf.loadLayersModel('file://kept/best/model.json').then((m) => console.log(m.countParams()))`;
    workspace.write({ 'load.cjs': embedded() + load });
    expect((await start(workspace, { script: 'load.cjs' }).done).stdout).toBe(`${4 * 8 + 8 + 8 * 3 + 3}\n`);
  });
});

describe('a measure that fails', () => {
  it('is switched off with one notice, and the others go on', async () => {
    const sabotage = `
      const Tensor = Object.getPrototypeOf(Object.getPrototypeOf(w));
      const clone = Tensor.clone;
      w.clone = () => { throw new Error('no copies of this'); };
    `;
    workspace.write({ 'train.cjs': long(40).replace('let steps', `${sabotage}let steps`) });
    const { code, messages } = await observe(workspace, { script: 'train.cjs', probe });
    expect(code).toBe(0);
    const notices = all(messages, 'notice').filter((notice) => notice.code === 'measure-disabled');
    expect(notices).toHaveLength(1);
    expect(notices[0]!.message.args).toEqual(['norms', 'no copies of this']);
    expect(series(messages, 'loss')).toHaveLength(40);
  });
});
