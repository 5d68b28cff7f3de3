/** Reads the settings of rules; what no rule has is refused with the nearest that there is. */
import { RULES } from '../../diagnosis/registry.js';
import type { Rule, Threshold } from '../../diagnosis/rule.js';
import type { RuleLevel, RuleSetting } from '../../protocol/runApi.js';
import { text, type Text } from '../../protocol/values.js';
import { isObject, readChoice } from './fields.js';
import { LaunchError } from './launchError.js';
import { editDistance, nearest } from '../../run/nearest.js';

export const RULE_LEVELS: readonly RuleLevel[] = ['off', 'error', 'warning', 'info', 'hint'];

/** `{ "rule-id": "warning" }` or `{ "rule-id": { "severity": "warning", "threshold": 50 } }`. Throws a `LaunchError`. */
export function readRules(
  value: unknown,
  field: string,
  registry: readonly Rule<unknown>[] = RULES,
): Record<string, RuleSetting> {
  if (!isObject(value)) {
    throw new LaunchError(
      text('The option “{0}” of the launch configuration must be an object, not {1}.', field, String(value)),
      field,
    );
  }
  return Object.fromEntries(
    Object.entries(value).map(([id, setting]) => [id, readRule(setting, id, `${field}.${id}`, registry)]),
  );
}

function readRule(
  setting: unknown,
  id: string,
  field: string,
  registry: readonly Rule<unknown>[],
): RuleSetting {
  const rule = registry.find((one) => one.id === id);
  if (!rule) throw new LaunchError(unknownRule(id, registry), field);
  if (!isObject(setting)) return readChoice(setting, field, RULE_LEVELS);
  const entries = Object.entries(setting).map(([name, option]): [string, number | RuleLevel] => {
    if (name === 'severity') return [name, readChoice(option, `${field}.severity`, RULE_LEVELS)];
    return [name, readThreshold(option, name, `${field}.${name}`, rule)];
  });
  return Object.fromEntries(entries);
}

function readThreshold(value: unknown, name: string, field: string, rule: Rule<unknown>): number {
  const threshold = Object.hasOwn(rule.thresholds, name) ? rule.thresholds[name] : undefined;
  if (!threshold) throw new LaunchError(unknownThreshold(rule, name), field);
  if (typeof value === 'number' && value >= threshold.minimum && value <= threshold.maximum) return value;
  throw new LaunchError(outOfRange(rule, name, threshold, value), field);
}

function unknownRule(id: string, registry: readonly Rule<unknown>[]): Text {
  const ids = registry.map((rule) => rule.id);
  const meant = nearest(id, ids);
  if (meant !== null) return text('There is no rule “{0}”. Did you mean “{1}”?', id, meant);
  const near = [...ids].sort((a, b) => editDistance(id, a) - editDistance(id, b)).slice(0, 3);
  return text('There is no rule “{0}”. The nearest are {1}; docs/rules lists all.', id, near.join(', '));
}

function unknownThreshold({ id, thresholds }: Rule<unknown>, name: string): Text {
  const names = Object.keys(thresholds);
  const meant = nearest(name, ['severity', ...names]);
  if (meant !== null) return text('The rule “{0}” has no option “{1}”. Did you mean “{2}”?', id, name, meant);
  return text(
    'The rule “{0}” has no option “{1}”. It has: {2}.',
    id,
    name,
    ['severity', ...names].join(', '),
  );
}

function outOfRange({ id }: Rule<unknown>, name: string, threshold: Threshold, value: unknown): Text {
  return text(
    'The option “{0}” of the rule “{1}” must be a number from {2} to {3}, not {4}.',
    name,
    id,
    threshold.minimum,
    threshold.maximum,
    JSON.stringify(value),
  );
}
