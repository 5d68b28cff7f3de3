/** What a held training tells of itself, and what of it can be changed. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/protocol/telemetry.js';
import { all, buildProbe, lineOf, Workspace } from './harness.js';
import { FREE, Peer } from './peer.js';
import { FIT, REQUIRE } from './scripts.js';

let probe: string;
let workspace: Workspace;

beforeAll(async () => (probe = await buildProbe()));
beforeEach(() => void (workspace = new Workspace()));
afterEach(() => workspace.remove());

const SCRIPT = `${REQUIRE}
const big = tf.ones([300, 1000]);
const model = tf.sequential({ name: 'net' });
model.add(tf.layers.dense({ name: 'first', units: 8, activation: 'relu', inputShape: [4] }));
model.add(tf.layers.dense({ name: 'second', units: 1 }));
const optimizer = tf.train.sgd(0.05);
let shift = 0;
function step(x, count) {
  const y = x.sum(1, true).add(shift);
  let note = 'as it was';
  const loss = optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x)), true);
  console.log(count, shift, note, loss.dataSync()[0]);
  tf.dispose([x, y, loss]);
}
for (let count = 0; count < 8; count++) step(tf.randomNormal([16, 4], 0, 1, 'float32', count + 1), count);
`;

async function hold(script = SCRIPT, at = 3): Promise<[Peer, Gate]> {
  workspace.write({ 'train.cjs': script });
  const held = await Peer.run(workspace, probe, 'train.cjs');
  return [held, await held.holdAt(({ step }) => step === at)];
}

describe('the stack', () => {
  it('has the frames of the user with their lines, and those of the library marked', async () => {
    const [held, gate] = await hold();
    const { frames, total } = await held.ask('stack', { start: 0, levels: 0 });
    expect(total).toBe(frames.length);
    const own = frames.filter(({ kind }) => kind === 'user');
    expect(own.map(({ name, source }) => [name, source?.line])).toEqual([
      ['step', lineOf(SCRIPT, 'optimizer.minimize')],
      ['(anonymous)', lineOf(SCRIPT, 'for (let count')],
    ]);
    expect(frames[0]).toMatchObject({ kind: 'library' });
    const page = await held.ask('stack', { start: 1, levels: 1 });
    expect(page).toEqual({ frames: [frames[1]], total });
    await held.release(gate);
  });

  it('of fit ends at the line that called it, where the model is at hand', async () => {
    const [held, gate] = await hold(REQUIRE + FIT, 4);
    const { frames } = await held.ask('stack', { start: 0, levels: 0 });
    expect(frames.at(-1)).toMatchObject({
      kind: 'user',
      source: { line: lineOf(REQUIRE + FIT, 'model.fit(') },
    });
    expect(await held.evaluate('model.layers.length')).toMatchObject({ value: '2' });
    await held.release(gate);
  });

  it('of a compiled script has the lines of its source', async () => {
    const map = { version: 3, sources: ['train.ts'], names: [], mappings: 'AAAA;AACA;AACA;AACA;AAUA' };
    const script = `${REQUIRE}const w = tf.variable(tf.ones([2]));\nconst optimizer = tf.train.sgd(0.1);\n\nfor (let i = 0; i < 5; i++) optimizer.minimize(() => w.square().sum());\n`;
    const url = Buffer.from(JSON.stringify(map)).toString('base64');
    const [held, gate] = await hold(`${script}//# sourceMappingURL=data:application/json;base64,${url}\n`, 1);
    const { frames } = await held.ask('stack', { start: 0, levels: 0 });
    expect(frames.find(({ kind }) => kind === 'user')?.source).toEqual({
      file: workspace.file('train.ts'),
      line: 14,
    });
    await held.release(gate);
  });
});

describe('values', () => {
  it('are the locals of a frame, and can be set', async () => {
    const [held, gate] = await hold();
    const { locals } = await held.ask('roots', { frame: await held.frame() });
    const all = await held.children(locals);
    expect(all.get('note')).toMatchObject({ value: "'as it was'", type: 'string', editable: true });
    expect(all.get('count')?.value).toBe('3');
    expect(all.get('y')?.value).toMatch(/^float32 \[16, 1\] .* … /);
    expect(all.has('require')).toBe(false);
    const set = await held.ask('setVariable', { reference: locals, name: 'note', value: "'as I want'" });
    expect(set.value).toBe("'as I want'");
    await held.ask('setVariable', { reference: locals, name: 'shift', value: 'shift + 2' });
    const { stdout } = await held.release(gate);
    expect(stdout).toMatch(/^3 2 as I want /m);
    expect(stdout).toMatch(/^4 2 as it was /m);
    expect(held.ear.messages.filter(({ type }) => type === 'change')).toMatchObject([
      { kind: 'value', step: 3, name: 'note', before: "'as it was'", after: "'as I want'" },
      { kind: 'value', step: 3, name: 'shift', before: '0', after: '2' },
    ]);
  });

  it('of a tensor are summarised and come in pages', async () => {
    const [held, gate] = await hold();
    const { frames } = await held.ask('stack', { start: 0, levels: 0 });
    const frame = frames.findLast(({ kind }) => kind === 'user')?.id ?? 0;
    const shown = await held.ask('evaluate', { expression: 'big', context: 'watch', timeout: 5, frame });
    expect(shown.value).toBe('float32 [300, 1000] 1 … 1');
    const facts = await held.children(shown.reference);
    expect(facts.get('sampled')?.value).toMatch(/^\d+ of 300000$/);
    expect(Number(facts.get('norm')?.value)).toBeCloseTo(Math.sqrt(300_000), 0);
    const { reference = 0, indexed } = facts.get('values') ?? {};
    expect(indexed).toBe(300_000);
    const page = await held.ask('variables', { reference, start: 1999, count: 2, filter: 'indexed' });
    expect(page.variables.map(({ name, value }) => [name, value])).toEqual([
      ['[1, 999]', '1'],
      ['[2, 0]', '1'],
    ]);
    const whole = await held.ask('variables', { reference });
    expect(whole.variables.length).toBeLessThanOrEqual(2000);
    await held.release(gate);
  });

  it('of the optimizer, the model, the batch and the backend are there', async () => {
    const [held, gate] = await hold();
    const roots = await held.ask('roots', { frame: await held.frame() });
    const model = await held.children(roots.model);
    expect(model.get('first')).toMatchObject({ type: 'Dense' });
    const layer = await held.children(model.get('first')?.reference ?? 0);
    expect(layer.get('kernel')?.value).toMatch(/^float32 \[4, 8\], norm [\d.]+, gradient norm [\d.]+$/);
    const kernel = await held.children(layer.get('kernel')?.reference ?? 0);
    expect([...kernel.keys()]).toEqual(
      expect.arrayContaining(['norm', 'nonFinite', 'histogram', 'gradientNorm', 'updateRatio', 'values']),
    );
    const batch = await held.children(roots.batch);
    expect([...batch.keys()]).toEqual(['input', 'target', 'output']);
    expect((await held.children(roots.hardware)).get('backend')?.value).toBe('wasm');
    expect((await held.children(roots.optimizer)).get('learningRate')).toMatchObject({
      value: '0.05',
      editable: true,
    });
    await held.release(gate);
  });

  it('of a weight can be set, and count from this update on', async () => {
    const [held, gate] = await hold();
    const { model } = await held.ask('roots', { frame: 0 });
    const { reference = 0 } = (await held.children(model)).get('second') ?? {};
    const set = await held.ask('setVariable', { reference, name: 'bias', value: '12' });
    expect(set.value).toMatch(/^float32 \[1\], norm 12,/);
    await expect(held.ask('setVariable', { reference, name: 'bias', value: "'x'" })).rejects.toThrow(
      /tensor of its shape/,
    );
    await held.release(gate);
    expect(all(held.ear.messages, 'change')).toMatchObject([{ kind: 'value', name: 'second/bias' }]);
  });

  it('of the learning rate can be set, and are what the optimizer computes by', async () => {
    const [held, gate] = await hold();
    const { optimizer } = await held.ask('roots', { frame: 0 });
    await held.ask('setVariable', { reference: optimizer, name: 'learningRate', value: '0' });
    await expect(
      held.ask('setVariable', { reference: optimizer, name: 'learningRate', value: "'fast'" }),
    ).rejects.toThrow(/takes a number/);
    const norm = async (): Promise<string> =>
      (await held.evaluate('model.getWeights()[0].norm()', 'watch')).value;
    const before = await norm();
    const next = await held.next(gate, 'go');
    expect(await norm()).toBe(before);
    await held.release(next);
  });

  it('are gone when the training went on', async () => {
    const [held, gate] = await hold();
    const { reference } = await held.evaluate('model', 'watch');
    const next = await held.next(gate, 'go');
    await expect(held.ask('variables', { reference })).rejects.toThrow(/went on/);
    await held.release(next);
  });
});

describe('an expression', () => {
  it('is evaluated in the frame, with what it prints', async () => {
    const [held, gate] = await hold();
    expect(await held.evaluate('count * 10 + shift')).toMatchObject({ value: '30', type: 'number' });
    expect(await held.evaluate("console.log('hello'); 7")).toMatchObject({ value: '7', output: 'hello\n' });
    const object = await held.evaluate('({ a: 1, list: [1, 2, 3] })');
    const parts = await held.children(object.reference);
    expect(parts.get('list')).toMatchObject({ indexed: 3 });
    await expect(held.evaluate('nothing.here')).rejects.toThrow(/nothing is not defined/);
    await expect(held.evaluate('let (')).rejects.toThrow(/SyntaxError/);
    const { stdout } = await held.release(gate);
    expect(stdout).not.toContain('hello');
    expect(all(held.ear.messages, 'change')).toMatchObject([
      { kind: 'code', step: 3, name: "console.log('hello'); 7" },
    ]);
  });

  it('under the mouse is not computed where it may change something', async () => {
    const [held, gate] = await hold();
    expect(await held.evaluate('x.shape[0]', 'hover')).toMatchObject({ value: '16' });
    await expect(held.evaluate('shift = 9', 'hover')).rejects.toThrow(/may change something/);
    expect(await held.evaluate('shift', 'hover')).toMatchObject({ value: '0' });
    await held.release(gate);
  });

  it('that hangs is ended by its time, and the training goes on as it was', async () => {
    const [held, gate] = await hold();
    await expect(
      held.evaluate('tf.tidy(() => { for (;;) tf.ones([1]).dispose(); })', 'repl', 0.3),
    ).rejects.toThrow(/longer than 0.3 seconds/);
    const frame = await held.frame();
    const hanging = held.send('evaluate', {
      expression: 'for (;;) shift++',
      frame,
      context: 'repl',
      timeout: 0.5,
    });
    const after = held.send('evaluate', { expression: 'shift = -1', frame, context: 'repl', timeout: 60 });
    held.ear.say({ type: 'interrupt', id: held.last });
    expect((await hanging).error?.template).toMatch(/took longer/);
    expect((await after).error?.template).toMatch(/interrupted/);
    expect(await held.evaluate('1 + 1')).toMatchObject({ value: '2' });
    expect(await held.evaluate('tf.ones([2]).sum()')).toMatchObject({ value: '2 (float32 [])' });
    expect((await held.release(gate)).code).toBe(0);
  });

  it('is completed by what the frame and the object have', async () => {
    const [held, gate] = await hold();
    const frame = await held.frame();
    const locals = await held.ask('completions', { text: 'cou', column: 3, frame });
    expect(locals).toMatchObject({ start: 0, completions: [{ label: 'count', kind: 'variable' }] });
    const members = await held.ask('completions', { text: '1 + optimizer.learn', column: 19, frame });
    expect(members).toEqual({ start: 14, completions: [{ label: 'learningRate', kind: 'property' }] });
    await held.release(gate);
  });
});

describe('a request', () => {
  it('is refused while the training is not held', async () => {
    workspace.write({ 'train.cjs': SCRIPT.replace('count < 8', 'count < 100000') });
    const running = await Peer.run(workspace, probe, 'train.cjs', { gear: FREE });
    await running.ear.until('steps');
    await expect(running.ask('roots', { frame: 0 })).rejects.toThrow(/not held/);
    const file = workspace.file('kept');
    const saved = await running.ask('saveCheckpoint', { file });
    expect(saved.file).toBe(workspace.file('kept/model.json'));
    running.ear.say({ type: 'stop' });
    expect((await running.end()).code).toBe(85);
  });
});

describe('forensics', () => {
  it('finds no fault in a step without one', async () => {
    const [held, gate] = await hold();
    expect(await held.ask('forensics', {})).toBeNull();
    await held.release(gate);
  });

  it('names the layer that first made a value that is not finite, and the numbers on the way', async () => {
    const broken = SCRIPT.replace("activation: 'relu', ", '').replace(
      'units: 1 }));',
      "units: 1 }));\nmodel.add(new Root({ name: 'root' }));",
    );
    const layer = `class Root extends tf.layers.Layer {\n  call(inputs) { return tf.sqrt(Array.isArray(inputs) ? inputs[0] : inputs); }\n  static get className() { return 'Root'; }\n}\n`;
    const [held, gate] = await hold(broken.replace('const big', `${layer}const big`), 0);
    const found = await held.ask('forensics', {});
    expect(found).toMatchObject({ direction: 'forward', operation: 'sqrt', offending: 2 });
    expect(found?.modules.map(({ name, kind }) => [name, kind])).toEqual([
      ['first', 'Dense'],
      ['second', 'Dense'],
      ['root', 'Root'],
    ]);
    const root = found?.modules[2];
    expect(root?.inputNonFinite).toBe(0);
    expect(root?.inputMin).toBeLessThan(0);
    expect(root?.outputNonFinite).toBeGreaterThan(0);
    await held.release(gate);
  });
});
