/** A slice of the corpus, run for real: what is found in each, on which line, by which step; and silence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatText } from '../../src/protocol/values.js';
import { type CorpusCase, corpusCases, ROOT } from '../eval/cases.js';
import { diagnoseLog, type Diagnosis } from '../eval/diagnose.js';
import { inTurns, runProgram, type Tools } from '../eval/execute.js';
import { judge, linesOf } from '../eval/judge.js';
import { buildProbe } from '../probes/tfjs/harness.js';

/** One of each kind; `npm run eval` runs all, and test/gallery replays a recording of each. */
const SLICE = new Set([
  'pytorch/faulty/softmax_in_sequential.py',
  'pytorch/faulty/broadcast_column_against_row.py',
  'pytorch/faulty/zero_grad_forgotten.py',
  'pytorch/faulty/labels_from_one.py',
  'pytorch/faulty/rate_ten_adam_regression.py',
  'pytorch/faulty/rate_too_low_adam.py',
  'pytorch/faulty/raw_pixels_he.py',
  'pytorch/faulty/nan_in_data.py',
  'pytorch/faulty/detached_in_the_middle.py',
  'pytorch/faulty/dead_relu_bias.py',
  'pytorch/faulty/sorted_not_shuffled.py',
  'pytorch/faulty/overfit_few_examples.py',
  'pytorch/healthy/gan.py',
  'pytorch/healthy/transformer_warmup.py',
  'pytorch/healthy/policy_gradient.py',
  'pytorch/healthy/single_examples.py',
  'pytorch/healthy/accumulation.py',
  'pytorch/healthy/weighted_sum_smoothing.py',
  'tfjs/faulty/raw_pixels_fit.js',
  'tfjs/faulty/regression_diverges.mjs',
  'tfjs/faulty/missing_value.js',
  'tfjs/healthy/fit_layers.js',
  'tfjs/healthy/binary_imbalanced.mjs',
  'tfjs/healthy/own_loop.mjs',
]);

/** One seed each; Python's take the newest and the oldest PyTorch in turns. */
const jobs = corpusCases()
  .filter(({ name }) => SLICE.has(name))
  .map((one, i) => ({ one, name: one.name, seed: 1 + (i % 2) }));

interface Ran extends Diagnosis {
  output: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'corpus-'));
/** Each is settled when its turn has come and the program has ended. */
const results = new Map<string, (ran: Promise<Ran>) => void>();
const runs = new Map(
  jobs.map(({ name }) => [name, new Promise<Ran>((resolve) => results.set(name, resolve))]),
);

async function run(tools: Tools, one: CorpusCase, seed: number): Promise<Ran> {
  const log = path.join(folder, `${one.name.replaceAll('/', '_')}.jsonl`);
  const output = await runProgram(tools, one, seed, log);
  return { ...diagnoseLog(readFileSync(log, 'utf8')), output };
}

beforeAll(async () => {
  const newest = process.env['TD_PYTHON'] ?? path.join(ROOT, '.venv/bin/python');
  const oldest = process.env['TD_PYTHON_OLD'] ?? '/usr/bin/python3';
  const pythons: Tools['pythons'] = [
    { command: newest, torch: [2, 0] },
    { command: oldest, torch: [1, 13] },
  ];
  const tools = { pythons, node: process.execPath, tfjsProbe: await buildProbe() };
  const started = jobs.map(({ one, name, seed }) => () => {
    const ran = run(tools, one, seed);
    results.get(name)?.(ran);
    return ran.then(
      () => undefined,
      () => undefined,
    );
  });
  void inTurns(started, 2);
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function expectFound(one: CorpusCase, { findings }: Ran): void {
  const told = findings.map(({ message }) => formatText(message)).join('\n') || 'nothing was found';
  const verdict = judge(one, findings, linesOf(one.file));
  const { detected, causeFirst, line } = verdict;
  expect({ detected, causeFirst, line }, told).toEqual({ detected: true, causeFirst: true, line: true });
  expect(verdict.step, told).toBeLessThanOrEqual(one.by);
}

describe('corpus', () => {
  it('has every program of the slice', () => {
    expect(jobs.map(({ name }) => name).sort()).toEqual([...SLICE].sort());
  });

  it.each(jobs)(
    '$name, seed $seed',
    async ({ one, name }) => {
      const ran = await runs.get(name)!;
      if (one.fault !== null) {
        expectFound(one, ran);
        return;
      }
      expect(ran.steps, ran.output).toBeGreaterThan(10);
      expect(ran.findings.map(({ message }) => formatText(message))).toEqual([]);
      const judged = ran.checks.filter(({ status }) => status === 'ran').map(({ rule }) => rule);
      expect(judged).toEqual(expect.arrayContaining(['non-finite-loss', 'exploding-gradient']));
    },
    300_000,
  );
});
