/** Which breakpoints can be kept, and why the others cannot. */
import type {
  BreakpointState,
  Breakpoints,
  ExceptionBreakpoint,
  FunctionBreakpoint,
} from '../protocol/runApi.js';
import { text, type Text } from '../protocol/values.js';
import { nearest } from '../run/nearest.js';
import { problemOf } from './expression.js';
import { exceptionFilters, isFilter } from './filters.js';

export interface CheckedBreakpoints {
  exceptions: BreakpointState[];
  functions: BreakpointState[];
}

/** In the order given. */
export function checkBreakpoints({ exceptions, functions }: Breakpoints): CheckedBreakpoints {
  return { exceptions: exceptions.map(checkException), functions: functions.map(checkFunction) };
}

export function checkException({ filter, condition }: ExceptionBreakpoint): BreakpointState {
  return stateOf(isFilter(filter) ? conditionProblem(condition) : unknownFilter(filter));
}

export function checkFunction({ expression, condition }: FunctionBreakpoint): BreakpointState {
  return stateOf(problemOf(expression) ?? conditionProblem(condition));
}

function stateOf(problem: Text | null): BreakpointState {
  return { verified: problem === null, problem };
}

/** An empty condition is none: debuggers send it for a field left empty. */
function conditionProblem(condition: string | undefined): Text | null {
  return condition === undefined || condition.trim() === '' ? null : problemOf(condition);
}

function unknownFilter(filter: string): Text {
  const meant = nearest(
    filter,
    exceptionFilters().map((known) => known.filter),
  );
  return meant === null
    ? text('There is no rule “{0}”.', filter)
    : text('There is no rule “{0}”. Did you mean “{1}”?', filter, meant);
}
