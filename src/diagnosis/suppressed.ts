/** What rules found on lines of which the script says to leave it alone. */
import type { SourceLine } from '../protocol/values.js';
import type { DiagnosisOptions } from './options.js';

export class Suppressed {
  private readonly lines = new Map<string, Map<string, SourceLine>>();

  constructor(private readonly asked: DiagnosisOptions['suppressed']) {}

  /** Whether this is to be left alone; remembers that it was. */
  takes(rule: string, source: SourceLine | null): boolean {
    if (!source || this.asked?.(rule, source) !== true) return false;
    const known = this.lines.get(rule) ?? new Map<string, SourceLine>();
    this.lines.set(rule, known.set(shortPlace(source), source));
    return true;
  }

  of(rule: string): SourceLine[] {
    return [...(this.lines.get(rule)?.values() ?? [])];
  }
}

/** `train.py:12` */
export function shortPlace({ file, line }: SourceLine): string {
  return `${file.split(/[\\/]/).pop() ?? file}:${line}`;
}
