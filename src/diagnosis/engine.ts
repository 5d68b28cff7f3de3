/** Diagnoses a run from the messages of its ranks. Pure: the same messages give the same findings, live or replayed. */
import type { CheckReport, Finding } from '../protocol/runApi.js';
import type { Gate, ProbeMessage } from '../protocol/telemetry.js';
import { type Text, text } from '../protocol/values.js';
import { AcrossDiagnosis } from './acrossDiagnosis.js';
import { FindingBoard } from './findingBoard.js';
import { activeRules, type DiagnosisOptions } from './options.js';
import type { ActiveRule, Raised } from './raising.js';
import { RankDiagnosis } from './rankDiagnosis.js';
import { RULES } from './registry.js';
import type { Rule, RunFacts } from './rule.js';
import { shortPlace, Suppressed } from './suppressed.js';

/** Messages whose facts may change what a finding is put down to. */
const TELLING: ReadonlySet<ProbeMessage['type']> = new Set([
  ...(['origin', 'batch', 'parameters', 'layers', 'clipping', 'optimizer', 'loss'] as const),
]);

export class DiagnosisEngine {
  private readonly active: ActiveRule[];
  private readonly ranks = new Map<number, RankDiagnosis>();
  private readonly facts = new Map<number, RunFacts>();
  private readonly across: AcrossDiagnosis;
  private readonly board: FindingBoard;
  private readonly suppressed: Suppressed;

  /** @throws RuleOptionError for rules or thresholds that do not exist */
  constructor(
    options: DiagnosisOptions,
    private readonly registry: readonly Rule<unknown>[] = RULES,
  ) {
    this.active = activeRules(registry, options);
    this.across = new AcrossDiagnosis(this.active, this.facts);
    this.board = new FindingBoard(options.rules, this.facts);
    this.suppressed = new Suppressed(options.suppressed);
  }

  /** Returns the findings that are new or changed by this message. */
  accept(rank: number, message: ProbeMessage): Finding[] {
    const raised = this.unsuppressed([
      ...this.rank(rank).accept(message),
      ...this.across.accept(rank, message),
    ]);
    const retold = TELLING.has(message.type) && this.board.hasGuesses;
    return raised.length === 0 && !retold ? [] : this.board.add(raised);
  }

  /** The same for a step whose update waits; it comes again, as a whole, in `steps`. */
  gate(rank: number, gate: Gate): Finding[] {
    const raised = this.unsuppressed(this.rank(rank).gate(gate));
    return raised.length === 0 ? [] : this.board.add(raised);
  }

  /** Most important first. Those with a `cause` are symptoms: show them under the finding of that rule, or not at all. */
  get findings(): Finding[] {
    return this.board.list();
  }

  /** Which rules have judged this run so far, and why the others have not. */
  checks(): CheckReport[] {
    return this.registry.map(({ id }) => {
      const reason = this.reasonSkipped(id);
      const suppressed = this.suppressed.of(id);
      if (suppressed.length === 0) return { rule: id, status: reason ? 'skipped' : 'ran', reason };
      const places = suppressed.map(shortPlace).join(', ');
      return { rule: id, status: 'ran', reason: text('Suppressed by a comment in {0}.', places), suppressed };
    });
  }

  private unsuppressed(told: Raised[]): Raised[] {
    return told.filter(({ rule, source }) => !this.suppressed.takes(rule.id, source ?? null));
  }

  private rank(rank: number): RankDiagnosis {
    const known = this.ranks.get(rank);
    if (known) return known;
    const fresh = new RankDiagnosis(rank, this.active);
    this.ranks.set(rank, fresh);
    this.facts.set(rank, fresh.facts);
    return fresh;
  }

  /** A rule ran when it could judge at least one rank, or compare them. */
  private reasonSkipped(id: string): Text | null {
    if (!this.active.some(({ rule }) => rule.id === id)) return text('Switched off in the configuration.');
    const reasons = [...this.ranks.values()].map((rank) => rank.reasonSkipped(id));
    if (reasons.length === 0) return text('Nothing has been measured yet.');
    const across = this.across.reasonSkipped(id);
    if (across !== undefined) return across;
    return reasons.includes(null) ? null : (reasons[0] ?? null);
  }
}
