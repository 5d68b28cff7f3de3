/** `training-debugger dap`, with real trainings, as an editor talks to it. */
import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundleEngine, type Bundle } from '../engine/support/bundle.js';
import { LINE, LINE_TFJS, NAN } from './goldenPrograms.js';
import { Transcript } from './transcript.js';

const oldest = process.env['TD_PYTHON_OLD'] ?? '/usr/bin/python3';
const newest = process.env['TD_PYTHON'] ?? resolve('.venv/bin/python');
const env = { OMP_NUM_THREADS: '1' };

let engine: Bundle;
let folder: string;
let clients: Transcript[];

beforeAll(async () => {
  engine = await bundleEngine('all');
});
afterAll(() => engine.dispose());

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'td-dap-')));
  clients = [];
});
afterEach(async () => {
  for (const client of clients) await client.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
});

function client(): Transcript {
  const transcript = new Transcript(engine.cliScript, folder);
  clients.push(transcript);
  return transcript;
}

function program(source: string, interpreter = newest): object {
  writeFileSync(join(folder, 'train.py'), source);
  return { program: 'train.py', interpreter, env };
}

function node(source: string): object {
  writeFileSync(join(folder, 'train.cjs'), source);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return { program: 'train.cjs', interpreter: process.execPath };
}

/** Ends the training, and with it the session. */
async function finish(transcript: Transcript): Promise<void> {
  await transcript.quietly(() => transcript.go('terminate', 'terminated'));
}

describe('the adapter on standard streams', { timeout: 180_000 }, () => {
  test.each([
    ['newest', newest],
    ['oldest', oldest],
  ])('holds a training at a value that is not finite, and says why (%s PyTorch)', async (_, interpreter) => {
    const transcript = client();
    await transcript.begin('launch', program(NAN, interpreter), { filters: ['non-finite-loss'] });
    const [top] = await transcript.frames();
    expect(top?.name).toMatch(/^logarithm \(Log\)/);
    await transcript.open('Module');
    await transcript.open('Step');
    await transcript.send('exceptionInfo', { threadId: 1 });
    expect(await transcript.evaluate('batch')).toBe('5');
    expect(transcript.output.some(({ output }) => output.startsWith('Why: '))).toBe(true);
    await transcript.go('skipUpdate');
    await transcript.quietly(() => transcript.frames());
    expect(await transcript.evaluate('bool(torch.isfinite(model.last.weight).all())')).toBe('True');
    await finish(transcript);
    transcript.expectGolden('nan');
  });

  test.each([
    ['PyTorch', 'stepping', () => program(LINE)],
    ['TensorFlow.js', 'stepping-tfjs', () => node(LINE_TFJS)],
  ])('goes through steps, back, and forward again (%s)', async (_, golden, launch) => {
    const transcript = client();
    await transcript.begin('launch', { ...launch(), stopOnEntry: true });
    for (const command of ['next', 'next', 'stepBack', 'stepBack', 'next']) {
      await transcript.go(command);
      await transcript.open('Step');
    }
    await transcript.go('reverseContinue');
    await expect(transcript.send('stepBack', { threadId: 1 })).rejects.toThrow();
    await transcript.frames();
    await finish(transcript);
    transcript.expectGolden(golden);
  });

  test('sets the learning rate, and continues to the end', async () => {
    const transcript = client();
    await transcript.begin('launch', program(LINE), { functions: ['step == 6'] });
    const [optimizer] = await transcript.open('Optimizer');
    const [group] = await transcript.variables(optimizer?.variablesReference ?? 0);
    const variablesReference = group?.variablesReference ?? 0;
    expect(await transcript.variables(variablesReference)).toContainEqual(
      expect.objectContaining({ name: 'lr', value: '0.01' }),
    );
    await transcript.send('setVariable', { variablesReference, name: 'lr', value: '0.5' });
    expect(await transcript.evaluate('optimizer.param_groups[0]["lr"]', 'watch')).toBe('0.5');
    await transcript.quietly(() => transcript.send('setFunctionBreakpoints', { breakpoints: [] }));
    await transcript.go('continue', 'terminated');
    const printed = transcript.output
      .filter(({ category }) => category === 'stdout')
      .map(({ output }) => output);
    expect(
      printed
        .join('')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[2]),
    ).toEqual([...Array<string>(6).fill('0.01'), ...Array<string>(6).fill('0.5')]);
    transcript.expectGolden('learning-rate');
  });

  test('says what is wrong with a breakpoint, and is held by the one that is right', async () => {
    const transcript = client();
    await transcript.begin('launch', program(LINE), { functions: ['gradNrm > 1', 'step == 3 && loss > 0'] });
    const breakpoints = ['gradNrm > 1', 'step ==', 'step == 5'].map((name) => ({ name }));
    await transcript.send('setFunctionBreakpoints', { breakpoints });
    await transcript.go('continue');
    await transcript.frames();
    await finish(transcript);
    transcript.expectGolden('function-breakpoint');
  });

  test('attaches to a training that is held, and lets it go when it leaves', async () => {
    const first = client();
    await first.begin('launch', program(LINE), { functions: ['step == 4'] });
    const second = client();
    const [run = ''] = readdirSync(join(folder, '.training-debugger', 'runs')).filter(
      (name) => !name.startsWith('.'),
    );
    await second.begin('attach', { run });
    await second.frames();
    expect(await second.evaluate('step')).toBe('4');
    const ended = first.event('terminated');
    await second.send('disconnect');
    await ended;
    expect(first.output.at(-1)?.output).toMatch(/^Training completed: 12 steps/);
    second.expectGolden('attach');
  });
});
