import { compile, type Condition, type Lookup } from '../../breakpoints/expression.js';
import type { GateKind } from '../../protocol/inspection.js';
import type { FunctionBreakpoint } from '../../protocol/runApi.js';
import { conditionOf } from './filterBreakpoint.js';

/** Holds when its expression becomes true, on each rank for itself. */
export class ExpressionBreakpoint {
  private readonly expression: Condition;
  private readonly condition: Condition | null;
  private readonly kinds: ReadonlySet<GateKind>;
  /** Ranks on which it was true when last looked at. */
  private readonly was = new Set<number>();

  constructor(readonly breakpoint: FunctionBreakpoint) {
    this.expression = compile(breakpoint.expression);
    this.condition = conditionOf(breakpoint.condition);
    const asked = [...this.expression.series, ...(this.condition?.series ?? [])];
    const validated = asked.some((series) => series === 'best' || series.startsWith('validation/'));
    this.kinds = new Set<GateKind>(validated ? ['step', 'validation'] : ['step']);
  }

  becomesTrue(rank: number, kind: GateKind, lookup: Lookup): boolean {
    if (!this.kinds.has(kind)) return false;
    const is = this.expression.holds(lookup) && this.condition?.holds(lookup) !== false;
    const becomes = is && !this.was.has(rank);
    if (is) this.was.add(rank);
    else this.was.delete(rank);
    return becomes;
  }
}
