/** The findings of a run: one for each rule and series, whatever the number of ranks and of times it was raised. */
import type { Finding, LikelyCause, RuleLevel, Severity } from '../protocol/runApi.js';
import { likelyCausesOf } from './causes/likely/index.js';
import { type Link, precedence, rootOf } from './causes/roots.js';
import type { Raised } from './raising.js';
import type { Ranks, Rule } from './rule.js';

const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2, hint: 3 };

interface Entry {
  rule: Rule<unknown>;
  /** As the rule tells it. */
  told: Finding;
  /** With its place among the others. */
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

/** A root with what follows from it. */
interface Family {
  root: Finding;
  symptoms: Finding[];
}

function weight({ root, symptoms }: Family): number {
  return Math.min(...[root, ...symptoms].map(({ severity }) => ORDER[severity]));
}

/** Before: what does the greater harm, then what explains more, then the earlier. */
function compareFamilies(a: Family, b: Family): number {
  return (
    weight(a) - weight(b) || precedence(a.root.rule) - precedence(b.root.rule) || compare(a.root, b.root)
  );
}

export class FindingBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly severities: Readonly<Record<string, RuleLevel>>,
    private readonly ranks: Ranks,
  ) {}

  /** Whether there are findings whose causes are only guessed at: more facts may tell more. */
  get hasGuesses(): boolean {
    return [...this.entries.values()].some(({ finding }) => finding.cause === null && finding.causes);
  }

  /** Takes in what rules raised, if anything; returns the findings that are new or changed, causes first. */
  add(raised: readonly Raised[]): Finding[] {
    const before = new Map([...this.entries].map(([id, { finding }]) => [id, JSON.stringify(finding)]));
    for (const one of raised) this.put(one);
    this.linkCauses();
    return this.list().filter((finding) => before.get(finding.id) !== JSON.stringify(finding));
  }

  /** Most important first; what follows from a cause comes right after it. */
  list(): Finding[] {
    const all = [...this.entries.values()].map(({ finding }) => finding).sort(compare);
    return all
      .filter(({ cause }) => cause === null)
      .map((root) => ({ root, symptoms: all.filter(({ cause }) => cause === root.rule) }))
      .sort(compareFamilies)
      .flatMap(({ root, symptoms }) => [root, ...symptoms]);
  }

  private put(raised: Raised): void {
    const severity = this.severities[raised.rule.id];
    const fresh = toFinding(raised, severity === 'off' ? undefined : severity);
    const known = this.entries.get(fresh.id);
    const ranks = (known?.ranks ?? new Set<number>()).add(raised.rank);
    const told = merge(known?.told ?? fresh, fresh, [...ranks]);
    this.entries.set(fresh.id, { rule: raised.rule, told, finding: told, ranks });
  }

  private linkCauses(): void {
    const all = [...this.entries.values()].map(({ told }) => told).sort(compare);
    for (const entry of this.entries.values()) entry.finding = this.linked(entry.told, all);
  }

  /** A rule that found the same in several places has one root; the other places are under it. */
  private linked(told: Finding, all: readonly Finding[]): Finding {
    const link = rootOf(told, all);
    if (link) return { ...told, cause: link.cause.rule, causes: [this.named(link)] };
    const first = all.find(({ rule }) => rule === told.rule);
    if (first && first.id !== told.id) return { ...told, cause: told.rule };
    const facts = this.ranks.get(told.rank);
    if (!facts) return told;
    const { causes, dominant } = likelyCausesOf(told, facts);
    if (causes.length === 0) return told;
    return { ...told, causes, source: dominant?.source ?? told.source };
  }

  private named({ cause, causation }: Link): LikelyCause {
    const title = this.entries.get(cause.id)?.rule.title ?? cause.message;
    const fix = cause.fixes[0]?.title ?? cause.explanation;
    return { id: cause.rule, title, because: causation.because, fix, source: cause.source };
  }
}

/** The rank that saw it first tells it; the others are named in the evidence. */
function merge(known: Finding, again: Finding, ranks: number[]): Finding {
  const other = again.rank !== known.rank && again.step >= known.step;
  const told = other ? known : { ...again, step: Math.min(known.step, again.step) };
  if (ranks.length < 2) return told;
  return { ...told, evidence: { ...told.evidence, ranks: ranks.sort((a, b) => a - b).join(', ') } };
}
