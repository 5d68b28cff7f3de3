/** The programs of test/corpus and what the comment at the head of each states. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const CORPUS = path.join(ROOT, 'test/corpus');

export type Framework = 'pytorch' | 'tfjs';
/** Thresholds were set on the one half of the programs; the other half only tells how good they are. */
export type Half = 'tuning' | 'held out';

export interface CorpusCase {
  /** `pytorch/faulty/nan_in_data.py`. */
  name: string;
  file: string;
  framework: Framework;
  /** What is wrong with it, null for a healthy program. */
  fault: string | null;
  /** Rules and causes that may tell the fault, the best first; none for a healthy program. */
  finds: string[];
  /** Step by which it must be known. */
  by: number;
  /** Parts of lines; the finding must be on a line with one of them. */
  lines: string[];
  /** Whether the fault is one that ends the program with an exception. */
  raises: boolean;
  /** The oldest PyTorch it runs on, as [2, 3]. */
  torch: [number, number] | null;
  /** Processes it is trained by. */
  ranks: number;
  half: Half;
}

function fields(head: string): Map<string, string> {
  return new Map([...head.matchAll(/^(\w+): (.+)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function versionOf(text: string | undefined): [number, number] | null {
  const [major, minor] = text?.split('.').map(Number) ?? [];
  return major === undefined ? null : [major, minor ?? 0];
}

/** By the name alone, so that a program stays where it is when others come. */
export function halfOf(name: string): Half {
  return (createHash('sha256').update(name).digest()[0] ?? 0) % 2 === 0 ? 'tuning' : 'held out';
}

function readCase(framework: Framework, kind: string, file: string): CorpusCase {
  const [comment] = /"""[^]*?"""|\/\*[^]*?\*\//.exec(readFileSync(file, 'utf8')) ?? [''];
  const head = fields(comment);
  const name = path.relative(CORPUS, file).replaceAll(path.sep, '/');
  const required = kind === 'faulty' ? ['fault', 'finds', 'by', 'line'] : ['healthy'];
  for (const key of required)
    if (!head.get(key)) throw new Error(`${name} does not state "${key}:" at its head`);
  return {
    ...{ name, file, framework, half: halfOf(name) },
    fault: head.get('fault') ?? null,
    finds: head.get('finds')?.split(/,\s*/) ?? [],
    by: Number(head.get('by')),
    lines: head.get('line')?.split(' | ') ?? [],
    raises: head.get('ends') === 'exception',
    torch: versionOf(head.get('torch')),
    ranks: Number(head.get('ranks') ?? 1),
  };
}

/** Name of a program's recordings: `pytorch_faulty_nan_in_data`. */
export function recordingName({ name }: Pick<CorpusCase, 'name'>): string {
  return name.replaceAll('/', '_').replace(/\.\w+$/, '');
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
