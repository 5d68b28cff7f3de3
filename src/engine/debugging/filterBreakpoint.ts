import { compile, type Condition, type Lookup } from '../../breakpoints/expression.js';
import { includes } from '../../breakpoints/filters.js';
import type { ExceptionBreakpoint, Finding } from '../../protocol/runApi.js';

/** Holds at the first gate after a finding that its filter stands for, once for each. */
export class FilterBreakpoint {
  private readonly condition: Condition | null;
  /** Raised since the last gate. */
  private raised: Finding[] = [];

  /** @param done findings it does not hold for any more: those there were before it was set, then those it held for. */
  constructor(
    readonly breakpoint: ExceptionBreakpoint,
    private readonly done: Set<string>,
  ) {
    this.condition = conditionOf(breakpoint.condition);
  }

  found(finding: Finding): void {
    if (includes(this.breakpoint.filter, finding) && !this.done.has(finding.id)) this.raised.push(finding);
  }

  /** What it holds for at this gate. Where its condition is not true it waits until the finding is raised again. */
  due(lookup: Lookup): Finding[] {
    if (this.raised.length === 0) return [];
    const { raised } = this;
    this.raised = [];
    return this.condition?.holds(lookup) === false ? [] : raised;
  }

  heldFor({ id }: Finding): void {
    this.done.add(id);
  }
}

export function conditionOf(source: string | undefined): Condition | null {
  return source === undefined || source.trim() === '' ? null : compile(source);
}
