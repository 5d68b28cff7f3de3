/** The findings of a run: one for each rule and series, whatever the number of ranks and of times it was raised. */
import type { Finding, Severity } from '../protocol/runApi.js';
import { causeOf } from './causes.js';
import type { Raised } from './raising.js';

const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2, hint: 3 };

interface Entry {
  finding: Finding;
  ranks: Set<number>;
}

function idOf({ rule, explained }: Raised): string {
  return explained.series === null ? rule.id : `${rule.id}:${explained.series}`;
}

function toFinding(raised: Raised, severity: Severity | undefined): Finding {
  const { rule, rank, explained, source } = raised;
  return {
    id: idOf(raised),
    rule: rule.id,
    cause: null,
    severity: severity ?? explained.severity,
    step: explained.step,
    rank,
    message: explained.message,
    explanation: explained.explanation,
    evidence: explained.values,
    series: explained.series,
    source: source ?? null,
    fixes: explained.fixes,
  };
}

/** Before: the more severe, then the earlier. */
function compare(a: Finding, b: Finding): number {
  return ORDER[a.severity] - ORDER[b.severity] || a.step - b.step || a.id.localeCompare(b.id);
}

export class FindingBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly severities: Readonly<Record<string, 'off' | Severity>>) {}

  /** Takes in what rules raised; returns the findings that are new or changed, causes first. */
  add(raised: readonly Raised[]): Finding[] {
    const before = new Map([...this.entries].map(([id, { finding }]) => [id, JSON.stringify(finding)]));
    for (const one of raised) this.put(one);
    this.linkCauses();
    return this.list().filter((finding) => before.get(finding.id) !== JSON.stringify(finding));
  }

  /** Most important first; what follows from a cause comes right after it. */
  list(): Finding[] {
    const all = [...this.entries.values()].map(({ finding }) => finding).sort(compare);
    const roots = all.filter(({ cause }) => cause === null);
    return roots.flatMap((root) => [
      root,
      ...all.filter(({ cause, id }) => cause === root.rule && id !== root.id),
    ]);
  }

  private put(raised: Raised): void {
    const severity = this.severities[raised.rule.id];
    const finding = toFinding(raised, severity === 'off' ? undefined : severity);
    const entry = this.entries.get(finding.id) ?? { finding, ranks: new Set<number>() };
    entry.ranks.add(raised.rank);
    entry.finding = merge(entry.finding, finding, [...entry.ranks]);
    this.entries.set(finding.id, entry);
  }

  private linkCauses(): void {
    const all = [...this.entries.values()].map(({ finding }) => finding);
    for (const entry of this.entries.values()) {
      entry.finding = { ...entry.finding, cause: causeOf(entry.finding, all) };
    }
  }
}

/** The rank that saw it first tells it; the others are named in the evidence. */
function merge(known: Finding, again: Finding, ranks: number[]): Finding {
  const other = again.rank !== known.rank && again.step >= known.step;
  const told = other ? known : { ...again, step: Math.min(known.step, again.step) };
  if (ranks.length < 2) return told;
  return { ...told, evidence: { ...told.evidence, ranks: ranks.sort((a, b) => a - b).join(', ') } };
}
