/** Programs of test/corpus, run as a user runs them, with the real probe in them, and diagnosed from its log. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import { decodeProbeMessage } from '../../src/protocol/decodeTelemetry.js';
import type { CheckReport, Finding } from '../../src/protocol/runApi.js';
import { ENVIRONMENT } from '../../src/protocol/telemetry.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const CORPUS = path.join(ROOT, 'test/corpus');
const LONGEST_RUN_MS = 120_000;

/** What the comment at the head of a program states. */
export interface CorpusCase {
  /** `pytorch/faulty/nan_in_data.py`. */
  name: string;
  file: string;
  framework: 'pytorch' | 'tfjs';
  /** Rules that may tell the fault; none for a healthy program. */
  finds: string[];
  /** Step by which it must be known. */
  by: number;
  /** Part of the line that the finding must be on. */
  line: string;
}

export interface CorpusRun {
  steps: number;
  findings: Finding[];
  checks: CheckReport[];
  /** The end of what the program printed, for a failure's message. */
  output: string;
}

function fields(head: string): Map<string, string> {
  return new Map([...head.matchAll(/^(\w+): (.+)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function readCase(framework: CorpusCase['framework'], kind: string, file: string): CorpusCase {
  const [comment] = /"""[^]*?"""|\/\*[^]*?\*\//.exec(readFileSync(file, 'utf8')) ?? [''];
  const head = fields(comment);
  const name = path.relative(CORPUS, file);
  const required = kind === 'faulty' ? ['fault', 'finds', 'by', 'line'] : ['healthy'];
  for (const key of required)
    if (!head.get(key)) throw new Error(`${name} does not state "${key}:" at its head`);
  const finds = head.get('finds')?.split(/,\s*/) ?? [];
  return { name, file, framework, finds, by: Number(head.get('by')), line: head.get('line') ?? '' };
}

export function corpusCases(): CorpusCase[] {
  return (['pytorch', 'tfjs'] as const).flatMap((framework) =>
    ['faulty', 'healthy'].flatMap((kind) => {
      const folder = path.join(CORPUS, framework, kind);
      return readdirSync(folder)
        .filter((name) => /\.(py|m?js)$/.test(name))
        .sort()
        .map((name) => readCase(framework, kind, path.join(folder, name)));
    }),
  );
}

/** Where interpreters and probes are. */
export interface Tools {
  /** One after the other for the seeds 1, 2 …: the newest and the oldest PyTorch that are supported. */
  pythons: string[];
  node: string;
  /** Folder of the built `preload.cjs`. */
  tfjsProbe: string;
}

function command(tools: Tools, { framework, file }: CorpusCase, seed: number): [string, string[]] {
  if (framework === 'tfjs')
    return [tools.node, ['--require', path.join(tools.tfjsProbe, 'preload.cjs'), file]];
  const python = tools.pythons[(seed - 1) % tools.pythons.length] ?? 'python3';
  return [python, [file, '--seed', String(seed)]];
}

function execute(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: LONGEST_RUN_MS, maxBuffer: 1e8 }, (error, stdout, stderr) => {
      const output = `${stdout}\n${stderr}`.slice(-2000);
      if (error) reject(new Error(`${program} ${args.join(' ')}: ${error.message}\n${output}`));
      else resolve(output);
    });
  });
}

/** Runs a program to its end; throws when it fails, as none in the corpus does. */
export async function runCase(tools: Tools, one: CorpusCase, seed: number, log: string): Promise<CorpusRun> {
  const env = {
    ...process.env,
    PYTHONPATH: path.join(ROOT, 'src/probes/pytorch/site'),
    PYTHONDONTWRITEBYTECODE: '1',
    OMP_NUM_THREADS: '1',
    [ENVIRONMENT.log]: log,
    [ENVIRONMENT.seed]: one.framework === 'tfjs' ? String(seed) : '',
  };
  const [program, args] = command(tools, one, seed);
  const output = await execute(program, args, env);
  if (!existsSync(log)) throw new Error(`${one.name}: the probe wrote no log\n${output}`);
  return { ...diagnoseLog(readFileSync(log, 'utf8')), output };
}

function diagnoseLog(log: string): Omit<CorpusRun, 'output'> {
  const engine = new DiagnosisEngine({ rules: {} });
  let steps = 0;
  for (const line of log.trimEnd().split('\n')) {
    const message = decodeProbeMessage(line);
    if (!message) continue;
    engine.accept(0, message);
    if (message.type === 'steps') steps = message.first + message.time.length;
  }
  return { steps, findings: engine.findings, checks: engine.checks() };
}

/** Runs jobs a few at a time, in order; each settles by itself. */
export function inTurns<T>(jobs: (() => Promise<T>)[], atOnce: number): Promise<T>[] {
  const started: Promise<T>[] = [];
  for (const [i, job] of jobs.entries()) {
    const before = i < atOnce ? Promise.resolve() : settled(started.slice(0, i), i - atOnce + 1);
    started.push(before.then(job));
  }
  for (const run of started) run.catch(() => undefined);
  return started;
}

/** Resolves when `count` of the promises have settled, well or not. */
function settled(promises: Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const done = () => (--left === 0 ? resolve() : undefined);
    for (const promise of promises) promise.then(done, done);
  });
}
