/** Faulty and healthy training programs: what is found in each, on which line, by which step; and silence. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatText } from '../../src/protocol/values.js';
import { buildProbe } from '../probes/tfjs/harness.js';
import { type CorpusCase, corpusCases, type CorpusRun, inTurns, ROOT, runCase } from './corpusRun.js';

/** Programs that run with a second seed (and, in Python, on the older PyTorch): the rest keeps this test short. */
const TWICE =
  /raw_pixels|regression|nan_in_data|missing_value|recurrent|own_lo|mlp_adam|transformer|gan|imbalanced|accumulation|fit_layers/;

const folder = mkdtempSync(path.join(tmpdir(), 'corpus-'));
const jobs = corpusCases().flatMap((one) =>
  (TWICE.test(one.name) ? [1, 2] : [1]).map((seed) => ({ one, seed, name: `${one.name}, seed ${seed}` })),
);
let runs: Promise<CorpusRun>[] = [];

beforeAll(async () => {
  const tools = {
    pythons: [
      process.env['TD_PYTHON'] ?? path.join(ROOT, '.venv/bin/python'),
      process.env['TD_PYTHON_OLD'] ?? '/usr/bin/python3',
    ],
    node: process.execPath,
    tfjsProbe: await buildProbe(),
  };
  const log = (i: number) => path.join(folder, `${i}.jsonl`);
  runs = inTurns(
    jobs.map(
      ({ one, seed }, i) =>
        () =>
          runCase(tools, one, seed, log(i)),
    ),
    2,
  );
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lineOf({ file }: CorpusCase, line: number | undefined): string {
  return line === undefined ? '' : (readFileSync(file, 'utf8').split('\n')[line - 1] ?? '');
}

function expectFound(one: CorpusCase, { findings }: CorpusRun): void {
  const [first] = findings;
  const told = findings.map(({ message }) => formatText(message)).join('\n');
  expect(first, told || 'nothing was found').toBeDefined();
  expect(one.finds, told).toContain(first!.rule);
  expect(first!.source?.file).toBe(one.file);
  expect(lineOf(one, first!.source?.line)).toContain(one.line);
  expect(first!.step).toBeLessThanOrEqual(one.by);
  const roots = findings.filter(({ cause }) => cause === null).map(({ rule }) => rule);
  expect(one.finds, 'all findings but symptoms name the fault').toEqual(expect.arrayContaining(roots));
}

describe('corpus', () => {
  it.each(jobs.map((job, i) => ({ ...job, i })))(
    '$name',
    async ({ one, i }) => {
      const run = await runs[i]!;
      expect(run.steps, run.output).toBeGreaterThan(10);
      if (one.finds.length > 0) {
        expectFound(one, run);
        return;
      }
      expect(run.findings.map(({ message }) => formatText(message))).toEqual([]);
      const ran = run.checks.filter(({ status }) => status === 'ran').map(({ rule }) => rule);
      expect(ran).toEqual(expect.arrayContaining(['non-finite-loss', 'exploding-gradient']));
    },
    300_000,
  );
});
