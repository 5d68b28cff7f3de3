/** The breakpoints of all clients, and what training is to be held for at a gate. */
import { checkException, checkFunction, type CheckedBreakpoints } from '../../breakpoints/check.js';
import type { Lookup } from '../../breakpoints/expression.js';
import type { GateKind } from '../../protocol/inspection.js';
import type { Breakpoints, Finding, FunctionBreakpoint, Severity } from '../../protocol/runApi.js';
import { ExpressionBreakpoint } from './expressionBreakpoint.js';
import { FilterBreakpoint } from './filterBreakpoint.js';

/** What a breakpoint holds for. */
export type Hit = { finding: Finding } | { expression: FunctionBreakpoint };

interface Owned {
  filters: Map<string, FilterBreakpoint>;
  expressions: Map<string, ExpressionBreakpoint>;
}

const NONE: Owned = { filters: new Map(), expressions: new Map() };
const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2, hint: 3 };

export class BreakpointSet {
  private readonly owners = new Map<string, Owned>();

  /** Replaces those of `owner`; what stays the same goes on where it was. `known` are the findings so far. */
  set(owner: string, { exceptions, functions }: Breakpoints, known: readonly Finding[]): CheckedBreakpoints {
    const before = this.owners.get(owner) ?? NONE;
    const ids = known.map(({ id }) => id);
    const states = { exceptions: exceptions.map(checkException), functions: functions.map(checkFunction) };
    const filters = kept(
      exceptions.filter((_, i) => states.exceptions[i]?.verified),
      before.filters,
      (breakpoint) => new FilterBreakpoint(breakpoint, new Set(ids)),
    );
    const expressions = kept(
      functions.filter((_, i) => states.functions[i]?.verified),
      before.expressions,
      (breakpoint) => new ExpressionBreakpoint(breakpoint),
    );
    this.owners.set(owner, { filters, expressions });
    return states;
  }

  clear(): void {
    this.owners.clear();
  }

  get empty(): boolean {
    return this.filters().length === 0 && this.expressions().length === 0;
  }

  found(findings: readonly Finding[]): void {
    for (const filter of this.filters()) for (const finding of findings) filter.found(finding);
  }

  /** The most important thing to hold for at a gate of a rank, null where there is none. */
  at(rank: number, kind: GateKind, lookup: Lookup): Hit | null {
    const due = this.filters().flatMap((filter) => filter.due(lookup));
    const become = this.expressions().filter((expression) => expression.becomesTrue(rank, kind, lookup));
    for (const filter of this.filters()) for (const finding of due) filter.heldFor(finding);
    const [finding] = due.sort(byImportance);
    if (finding !== undefined) return { finding };
    return become[0] === undefined ? null : { expression: become[0].breakpoint };
  }

  private filters(): FilterBreakpoint[] {
    return [...this.owners.values()].flatMap(({ filters }) => [...filters.values()]);
  }

  private expressions(): ExpressionBreakpoint[] {
    return [...this.owners.values()].flatMap(({ expressions }) => [...expressions.values()]);
  }
}

function kept<B, T>(
  breakpoints: readonly B[],
  before: ReadonlyMap<string, T>,
  make: (one: B) => T,
): Map<string, T> {
  return new Map(
    breakpoints.map((breakpoint) => {
      const key = JSON.stringify(breakpoint);
      return [key, before.get(key) ?? make(breakpoint)];
    }),
  );
}

/** Before: the more severe, then the cause before its symptoms. */
function byImportance(a: Finding, b: Finding): number {
  return ORDER[a.severity] - ORDER[b.severity] || Number(a.cause !== null) - Number(b.cause !== null);
}
