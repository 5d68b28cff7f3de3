/** Reader of the breakpoints that a client sets as it launches; what they say is looked at when the run begins. */
import type { ExceptionBreakpoint, FunctionBreakpoint, LaunchConfig } from '../../protocol/runApi.js';
import { readObject, readObjects, readString } from './fields.js';

export function readBreakpoints(value: unknown, field: string): NonNullable<LaunchConfig['breakpoints']> {
  const raw = readObject(value, field);
  return {
    owner: readString(raw['owner'], `${field}.owner`),
    exceptions: readObjects(raw['exceptions'] ?? [], `${field}.exceptions`, readException),
    functions: readObjects(raw['functions'] ?? [], `${field}.functions`, readFunction),
  };
}

function readException(raw: Record<string, unknown>, field: string): ExceptionBreakpoint {
  return { filter: readString(raw['filter'], `${field}.filter`), ...readCondition(raw, field) };
}

function readFunction(raw: Record<string, unknown>, field: string): FunctionBreakpoint {
  return { expression: readString(raw['expression'], `${field}.expression`), ...readCondition(raw, field) };
}

function readCondition(raw: Record<string, unknown>, field: string): { condition?: string } {
  const condition = raw['condition'];
  return condition === undefined ? {} : { condition: readString(condition, `${field}.condition`) };
}
