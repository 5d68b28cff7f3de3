/** Rules as configured: which run, how severe, with which thresholds. */
import type { Severity } from '../protocol/runApi.js';
import type { ActiveRule } from './rankDiagnosis.js';
import type { Rule } from './rule.js';

export interface DiagnosisOptions {
  /** By rule id: switched off, or the severity its findings get. */
  rules: Readonly<Record<string, 'off' | Severity>>;
  /** By rule id and name of the threshold. */
  thresholds?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A rule or threshold that does not exist, or a value out of its range; the message says which and what is allowed. */
export class RuleOptionError extends Error {
  override readonly name = 'RuleOptionError';
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
