/** The breakpoints of all clients, and what training is to be held for at a gate. */
import { checkException, checkFunction, type CheckedBreakpoints } from '../../breakpoints/check.js';
import type { Lookup } from '../../breakpoints/expression.js';
import type { GateKind } from '../../protocol/inspection.js';
import type { Breakpoints, Finding, FunctionBreakpoint, Severity } from '../../protocol/runApi.js';
import type { Client } from '../service.js';
import { ExpressionBreakpoint } from './expressionBreakpoint.js';
import { FilterBreakpoint } from './filterBreakpoint.js';

/** What a breakpoint holds for. */
export type Hit = { finding: Finding } | { expression: FunctionBreakpoint };

/** Who sets breakpoints: a kind of client by its name, and which one; null where no client is there. */
export interface Setter {
  owner: string;
  client: Client | null;
}

interface Owned extends Setter {
  filters: Map<string, FilterBreakpoint>;
  expressions: Map<string, ExpressionBreakpoint>;
}

const ORDER: Record<Severity, number> = { error: 0, warning: 1, info: 2, hint: 3 };

export class BreakpointSet {
  private owned: Owned[] = [];

  /**
   * Replaces those of a client; one that comes takes over what another by its name left, as a window does that is
   * reloaded. What stays the same goes on where it was. `known` are the findings so far.
   */
  set(by: Setter, { exceptions, functions }: Breakpoints, known: readonly Finding[]): CheckedBreakpoints {
    const before = this.before(by);
    const ids = known.map(({ id }) => id);
    const states = { exceptions: exceptions.map(checkException), functions: functions.map(checkFunction) };
    const filters = kept(
      exceptions.filter((_, i) => states.exceptions[i]?.verified),
      merged(before.map(({ filters }) => filters)),
      (breakpoint) => new FilterBreakpoint(breakpoint, new Set(ids)),
    );
    const expressions = kept(
      functions.filter((_, i) => states.functions[i]?.verified),
      merged(before.map(({ expressions }) => expressions)),
      (breakpoint) => new ExpressionBreakpoint(breakpoint),
    );
    this.owned = [...this.owned.filter((one) => !before.includes(one)), { ...by, filters, expressions }];
    return states;
  }

  /** What clients have set that are gone stays, for them to come back to. */
  attended(clients: ReadonlySet<Client>): void {
    for (const one of this.owned) if (one.client !== null && !clients.has(one.client)) one.client = null;
  }

  clear(): void {
    this.owned = [];
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

  /** What the client has set, or where it has set nothing yet, what was left by its name. */
  private before({ owner, client }: Setter): Owned[] {
    const same = this.owned.filter((one) => one.owner === owner);
    const own = same.filter((one) => one.client === client);
    return own.length > 0 ? own : same.filter((one) => one.client === null);
  }

  private filters(): FilterBreakpoint[] {
    return this.owned.flatMap(({ filters }) => [...filters.values()]);
  }

  private expressions(): ExpressionBreakpoint[] {
    return this.owned.flatMap(({ expressions }) => [...expressions.values()]);
  }
}

function merged<T>(maps: ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  return new Map(maps.flatMap((map) => [...map]));
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
