/** Verdicts added up over groups of runs. */
import type { CorpusCase } from './cases.js';
import type { Verdict } from './judge.js';

export interface Run {
  one: CorpusCase;
  seed: number;
  /** The probe's log. */
  log: string;
  verdict: Verdict;
}

/** Shares are of all runs of faulty programs; NaN where there is none. */
export interface Summary {
  faulty: number;
  detected: number;
  causeFirst: number;
  causeInThree: number;
  line: number;
  /** Steps until the fault was named, where it was. */
  medianStep: number;
  ninetiethStep: number;
  healthy: number;
  /** Runs of healthy programs with any finding. */
  falseAlarms: number;
}

export const AIMS = { detected: 0.95, causeFirst: 0.85, line: 0.9, falseAlarms: 0 } as const;

/** The smallest value that at least this share of the values is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export function summarise(runs: readonly Run[]): Summary {
  const faulty = runs.filter(({ one }) => one.fault !== null).map(({ verdict }) => verdict);
  const healthy = runs.filter(({ one }) => one.fault === null).map(({ verdict }) => verdict);
  const share = (holds: (verdict: Verdict) => boolean) => faulty.filter(holds).length / faulty.length;
  const steps = faulty.map(({ step }) => step).filter((step) => step !== null);
  return {
    faulty: faulty.length,
    detected: share(({ detected }) => detected),
    causeFirst: share(({ causeFirst }) => causeFirst),
    causeInThree: share(({ causeInThree }) => causeInThree),
    line: share(({ line }) => line),
    medianStep: quantile(steps, 0.5),
    ninetiethStep: quantile(steps, 0.9),
    healthy: healthy.length,
    falseAlarms: healthy.filter(({ others }) => others.length > 0).length,
  };
}

export interface Group {
  name: string;
  summary: Summary;
}

/** Runs that share a key, in order of the keys; the groups of faulty and healthy programs may differ. */
export function grouped(runs: readonly Run[], keyOf: (run: Run) => string): Group[] {
  const keys = [...new Set(runs.map(keyOf))].sort();
  return keys.map((name) => ({ name, summary: summarise(runs.filter((run) => keyOf(run) === name)) }));
}

/** Which aims are missed, in words. */
export function missedAims(summary: Summary): string[] {
  const missed = (['detected', 'causeFirst', 'line'] as const)
    .filter((key) => summary[key] < AIMS[key])
    .map((key) => `${key} ${summary[key].toFixed(3)} is below ${AIMS[key]}`);
  if (summary.falseAlarms > AIMS.falseAlarms)
    missed.push(`${summary.falseAlarms} healthy runs have findings`);
  return missed;
}
