/** `npm run eval`: runs the corpus with several seeds and says how good the diagnosis is. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildProbe } from '../probes/tfjs/harness.js';
import { type CorpusCase, corpusCases, ROOT } from './cases.js';
import { diagnoseLog } from './diagnose.js';
import { inTurns, knownLogs, logFile, type Python, runProgram, type Tools } from './execute.js';
import { writeGallery } from './gallery.js';
import { judge, linesOf } from './judge.js';
import { groupsOf, markdown, shortcomings } from './report.js';
import { missedAims, type Run } from './summary.js';

const LOGS = path.join(ROOT, '.cache/eval/logs');

const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '3' },
    /** Only programs whose name has this in it. */
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    /** Runs every program again, whether its log is known or not. */
    fresh: { type: 'boolean', default: false },
    /** Runs nothing: judges the newest logs there are, of whatever probe. For work on rules. */
    known: { type: 'boolean', default: false },
    json: { type: 'string', default: path.join(ROOT, '.cache/eval/eval.json') },
    markdown: { type: 'string' },
    gallery: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});

function pythonAt(variable: string): Python {
  const command = process.env[variable];
  if (!command) throw new Error(`${variable} names no Python; use npm run eval`);
  const version = execFileSync(command, ['-c', 'import torch; print(torch.__version__)'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return { command, torch: [major, minor] };
}

async function findTools(): Promise<Tools> {
  const pythons = [pythonAt('TD_PYTHON'), pythonAt('TD_PYTHON_OLD')];
  return { pythons, node: process.execPath, tfjsProbe: await buildProbe() };
}

/** A program that cannot be run fails the evaluation, but only at its end. */
const broken: string[] = [];

async function evaluate(tools: Tools, one: CorpusCase, seed: number): Promise<Run | null> {
  const known = knownLogs(LOGS, one, seed);
  const log = options.known ? known[0] : logFile(LOGS, tools, one, seed);
  if (log === undefined) return null;
  try {
    if (options.fresh || !existsSync(log)) await runProgram(tools, one, seed, log);
    for (const old of known) if (old !== log && !options.known) rmSync(old, { force: true });
  } catch (error) {
    broken.push(error instanceof Error ? error.message : String(error));
    return null;
  }
  const { findings } = diagnoseLog(readFileSync(log, 'utf8'));
  return { one, seed, log, verdict: judge(one, findings, linesOf(one.file)) };
}

async function evaluateAll(tools: Tools): Promise<Run[]> {
  const seeds = Array.from({ length: Number(options.seeds) }, (_, i) => i + 1);
  const jobs = corpusCases()
    .filter(({ name }) => name.includes(options.only))
    .flatMap((one) => seeds.map((seed) => ({ one, seed })));
  let done = 0;
  const runs = await inTurns(
    jobs.map(({ one, seed }) => async () => {
      const run = await evaluate(tools, one, seed);
      if (++done % 25 === 0) process.stderr.write(`${done} of ${jobs.length} runs\n`);
      return run;
    }),
    Number(options.jobs),
  );
  return runs.filter((run) => run !== null);
}

function asJson(runs: readonly Run[]): string {
  const problems = shortcomings(runs).map(({ run, problem, told }) => {
    return { program: run.one.name, seed: run.seed, problem, expected: run.one.finds, told, log: run.log };
  });
  const each = runs.map(({ one, seed, log, verdict }) => {
    return { program: one.name, half: one.half, finds: one.finds, seed, log, ...verdict };
  });
  return `${JSON.stringify({ summary: groupsOf(runs), problems, broken, runs: each }, null, 1)}\n`;
}

const runs = await evaluateAll(await findTools());
const report = markdown(runs, options.known);
console.log(report);
writeFileSync(options.json, asJson(runs));
if (options.markdown) writeFileSync(options.markdown, `${report}\n`);
if (options.gallery) {
  const size = writeGallery(runs.filter(({ seed }) => seed === 1));
  console.log(`\nRecorded for the gallery: ${(size / 1e6).toFixed(2)} MB.`);
}
for (const problem of broken) console.error(`\nCannot be run: ${problem}`);
const missed = missedAims(groupsOf(runs).all);
if (options.check) for (const aim of missed) console.error(`Aim missed: ${aim}`);
process.exitCode = broken.length > 0 || (options.check && missed.length > 0) ? 1 : 0;
