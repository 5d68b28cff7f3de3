/** Severities and thresholds of rules, as settings and launch.json take them. */
import type { Threshold } from '../diagnosis/rule.js';
import type { Text } from '../protocol/values.js';
import type { Words } from './words.js';

/** What the manifest says of a rule. */
export interface RuleWords {
  id: string;
  title: Text;
  severity: string;
  thresholds: Readonly<Record<string, Threshold>>;
}

export const SEVERITIES = ['off', 'error', 'warning', 'info', 'hint'] as const;

/**
 * JSON schema of an object with a setting for each rule: a severity, or an object with a severity and thresholds. It is
 * in the manifest twice, for settings and launch.json; its words are there once, under keys.
 */
export function rulesSchema(rules: readonly RuleWords[], words: Words): Record<string, unknown> {
  const setting = (rule: RuleWords): unknown => ({
    description: words.put(`rule.${rule.id}.title`, rule.title.template),
    anyOf: [{ enum: SEVERITIES }, optionsSchema(rule, words)],
    defaultSnippets: snippets(rule),
  });
  return {
    type: 'object',
    properties: Object.fromEntries(rules.map((rule) => [rule.id, setting(rule)])),
    additionalProperties: false,
  };
}

function optionsSchema({ id, thresholds, severity }: RuleWords, words: Words): Record<string, unknown> {
  const properties = Object.entries(thresholds).map(([name, threshold]) => [
    name,
    thresholdSchema(threshold, (description) => words.put(`rule.${id}.${name}`, description)),
  ]);
  return {
    type: 'object',
    properties: {
      severity: { enum: SEVERITIES, default: severity },
      ...(Object.fromEntries(properties) as Record<string, unknown>),
    },
    additionalProperties: false,
  };
}

function thresholdSchema(
  { default: value, minimum, maximum, unit, description }: Threshold,
  put: (description: string) => string,
): unknown {
  const words = put(unit === '1' ? description : `${description} (${unit})`);
  return { type: 'number', minimum, maximum, default: value, description: words };
}

/** Completion offers the severities by themselves; this is the whole of what can be set, with its defaults. */
function snippets({ severity, thresholds }: RuleWords): unknown[] {
  const defaults = Object.entries(thresholds).map(([name, threshold]) => [name, threshold.default]);
  const body = { severity, ...(Object.fromEntries(defaults) as Record<string, number>) };
  return [{ label: `{ ${Object.keys(body).join(', ')} }`, body }];
}
