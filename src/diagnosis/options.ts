/** Rules as configured: which run, how severe, with which thresholds, and what the script says to leave alone. */
import type { RuleLevel, RuleOptions, RuleSetting } from '../protocol/runApi.js';
import type { SourceLine } from '../protocol/values.js';
import type { ActiveRule } from './raising.js';
import type { Rule } from './rule.js';

export interface DiagnosisOptions {
  /** By rule id: switched off, or the severity its findings get. */
  rules: Readonly<Record<string, RuleLevel>>;
  /** By rule id and name of the threshold. */
  thresholds?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether the script says, at this line, to leave the rule's findings alone. */
  suppressed?: (rule: string, source: SourceLine) => boolean;
}

/** A rule or threshold that does not exist, or a value out of its range; the message says which and what is allowed. */
export class RuleOptionError extends Error {
  override readonly name = 'RuleOptionError';
}

/** Settings of rules, taken apart into severities and thresholds. */
export function diagnosisOptions(
  settings: Readonly<Record<string, RuleSetting>>,
): Required<Pick<DiagnosisOptions, 'rules' | 'thresholds'>> {
  const rules: Record<string, RuleLevel> = {};
  const thresholds: Record<string, Record<string, number>> = {};
  for (const [id, setting] of Object.entries(settings)) {
    const { severity, ...limits } = asOptions(setting);
    if (severity !== undefined) rules[id] = severity;
    const numbers = Object.entries(limits).filter((entry): entry is [string, number] => {
      return typeof entry[1] === 'number';
    });
    if (numbers.length > 0) thresholds[id] = Object.fromEntries(numbers);
  }
  return { rules, thresholds };
}

/** `over` wins, option by option: a severity there leaves thresholds of `base` as they are. */
export function mergeRuleSettings(
  base: Readonly<Record<string, RuleSetting>>,
  over: Readonly<Record<string, RuleSetting>>,
): Record<string, RuleSetting> {
  const merged: Record<string, RuleSetting> = { ...base };
  for (const [id, setting] of Object.entries(over)) {
    const known = merged[id];
    merged[id] = known === undefined ? setting : { ...asOptions(known), ...asOptions(setting) };
  }
  return merged;
}

function asOptions(setting: RuleSetting): RuleOptions {
  return typeof setting === 'object' ? setting : { severity: setting };
}

function checkNames(options: DiagnosisOptions, registry: readonly Rule<unknown>[]): void {
  const known = new Set(registry.map(({ id }) => id));
  for (const id of [...Object.keys(options.rules), ...Object.keys(options.thresholds ?? {})]) {
    if (!known.has(id)) throw new RuleOptionError(`There is no rule "${id}": ${[...known].join(', ')}.`);
  }
}

function limitsOf(rule: Rule<unknown>, configured: Readonly<Record<string, number>>): Record<string, number> {
  for (const [name, value] of Object.entries(configured)) {
    const threshold = rule.thresholds[name];
    if (!threshold) {
      const names = Object.keys(rule.thresholds).join(', ');
      throw new RuleOptionError(`Rule "${rule.id}" has no threshold "${name}": ${names}.`);
    }
    if (value >= threshold.minimum && value <= threshold.maximum) continue;
    const range = `${threshold.minimum} to ${threshold.maximum}`;
    throw new RuleOptionError(`Threshold "${name}" of rule "${rule.id}" must be in ${range}, not ${value}.`);
  }
  const defaults = Object.entries(rule.thresholds).map(
    ([name, threshold]) => [name, threshold.default] as const,
  );
  return { ...Object.fromEntries(defaults), ...configured };
}

/** @throws RuleOptionError */
export function activeRules(registry: readonly Rule<unknown>[], options: DiagnosisOptions): ActiveRule[] {
  checkNames(options, registry);
  return registry
    .filter(({ id }) => options.rules[id] !== 'off')
    .map((rule) => ({ rule, limits: limitsOf(rule, options.thresholds?.[rule.id] ?? {}) }));
}
