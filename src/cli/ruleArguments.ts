/** `--rule ID=off` and `--threshold ID.NAME=VALUE`, which may be given several times. */
import { LaunchError } from '../engine/launch/launchError.js';
import { readRules, RULE_LEVELS } from '../engine/launch/rules.js';
import type { RuleSetting } from '../protocol/runApi.js';
import { UsageError } from './usageError.js';

export function readRuleArguments(
  levels: readonly string[],
  thresholds: readonly string[],
): Record<string, RuleSetting> {
  const settings: Record<string, Record<string, unknown>> = {};
  for (const given of levels) {
    const [id, level] = partsOf(/^([^=]+)=(.*)$/, given, '--rule initial-loss=off');
    if (!RULE_LEVELS.some((known) => known === level))
      throw new UsageError(`--rule ${given}: must be one of ${RULE_LEVELS.join(', ')}, not ${level}.`);
    settings[id] = { ...settings[id], severity: level };
  }
  for (const given of thresholds) {
    const form = '--threshold initial-loss.excess=2';
    const [id, name, value] = partsOf(/^([^=.]+)\.([^=]+)=(.+)$/, given, form);
    const number = Number(value);
    settings[id] = { ...settings[id], [name]: Number.isFinite(number) ? number : value };
  }
  return checked(settings);
}

function checked(settings: unknown): Record<string, RuleSetting> {
  try {
    return readRules(settings, 'rules');
  } catch (error) {
    throw error instanceof LaunchError ? new UsageError(error.message) : error;
  }
}

function partsOf(pattern: RegExp, given: string, form: string): [string, string, string] {
  const [, first = '', second = '', third = ''] = pattern.exec(given) ?? [];
  if (first === '') throw new UsageError(`${form.split(' ')[0] ?? ''} ${given}: write it like ${form}.`);
  return [first, second, third];
}
