/** Recorded runs of the corpus with what is found in them: a change of a rule that changes a verdict is seen at once. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SERIES } from '../../src/protocol/telemetry.js';
import { corpusCases, recordingName, ROOT } from './cases.js';
import { diagnoseLog } from './diagnose.js';
import type { Run } from './summary.js';

const GALLERY = path.join(ROOT, 'test/gallery');
const VERDICTS = path.join(GALLERY, 'verdicts.json');
/** Stands for the repository in the recorded paths. */
const PLACE = '/repository';

/** A root finding as it is locked. */
export interface Locked {
  rule: string;
  step: number;
  /** Path from the repository's root and line, null where there is none. */
  source: string | null;
  /** Ids of the likely causes, in order. */
  causes: string[];
}

/** By the name of the recording. */
export type Verdicts = Record<string, Locked[]>;

/** What identifies a machine or a process and tells a diagnosis nothing. */
const ANONYMOUS = { token: '', pid: 1, host: 'host', argv: [], packages: {} };

/** Six digits are more than any rule looks at, and take half the place. */
function rounded(values: readonly unknown[]): unknown[] {
  return values.map((value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value));
}

type Message = { type: string } & Record<string, unknown>;

/** Two batches are the same when their fingerprints are, to the last digit. */
function smallerSteps(message: Message): Message {
  const scalars = Object.entries(message['scalars'] as Record<string, unknown[]>).map(
    ([name, values]): [string, unknown[]] => [
      name,
      name === SERIES.batchFingerprint ? values : rounded(values),
    ],
  );
  return {
    ...message,
    time: rounded(message['time'] as number[]),
    scalars: Object.fromEntries(scalars),
  };
}

function smaller(line: string): string {
  const message = JSON.parse(line) as Message;
  if (message.type === 'hello') return JSON.stringify({ ...message, ...ANONYMOUS });
  return message.type === 'steps' ? JSON.stringify(smallerSteps(message)) : line;
}

/** @param log as the probe wrote it @returns the same, smaller, and without anything of this machine */
export function portable(log: string): string {
  const here = JSON.stringify(ROOT).slice(1, -1);
  return log.trimEnd().split('\n').map(smaller).join('\n').replaceAll(here, PLACE);
}

export function verdictOf(log: string): Locked[] {
  return diagnoseLog(log)
    .findings.filter(({ cause }) => cause === null)
    .map(({ rule, step, source, causes }) => ({
      rule,
      step,
      source: source ? `${source.file.replace(`${PLACE}/`, '')}:${source.line}` : null,
      causes: (causes ?? []).map(({ id }) => id),
    }));
}

/** Leaves nothing of programs that are gone. */
function keptVerdicts(): Verdicts {
  const verdicts = lockedVerdicts();
  const known = new Set(corpusCases().map(recordingName));
  for (const name of recordings().filter((one) => !known.has(one)))
    rmSync(path.join(GALLERY, `${name}.jsonl.gz`));
  return Object.fromEntries(Object.entries(verdicts).filter(([name]) => known.has(name)));
}

/** Puts these runs into the gallery; those of other programs stay. @returns the size of what was written, in bytes */
export function writeGallery(runs: readonly Run[]): number {
  mkdirSync(GALLERY, { recursive: true });
  const verdicts = keptVerdicts();
  let size = 0;
  for (const run of runs) {
    const log = portable(readFileSync(run.log, 'utf8'));
    const packed = gzipSync(log, { level: 9 });
    const name = recordingName(run.one);
    writeFileSync(path.join(GALLERY, `${name}.jsonl.gz`), packed);
    verdicts[name] = verdictOf(log);
    size += packed.length;
  }
  const sorted = Object.entries(verdicts).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(VERDICTS, `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`);
  return size;
}

export function lockedVerdicts(): Verdicts {
  return existsSync(VERDICTS) ? (JSON.parse(readFileSync(VERDICTS, 'utf8')) as Verdicts) : {};
}

export function recordings(): string[] {
  if (!existsSync(GALLERY)) return [];
  return readdirSync(GALLERY)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .map((name) => name.replace('.jsonl.gz', ''))
    .sort();
}

export function readRecording(name: string): string {
  return gunzipSync(readFileSync(path.join(GALLERY, `${name}.jsonl.gz`))).toString();
}
