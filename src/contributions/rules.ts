/** Severities of rules, as settings and launch.json take them. */
import type { Text } from '../protocol/values.js';
import type { Words } from './words.js';

/** What the manifest says of a rule. */
export interface RuleWords {
  id: string;
  title: Text;
}

export const SEVERITIES = ['off', 'error', 'warning', 'info', 'hint'] as const;

/** JSON schema of an object with a severity for each rule. */
export function rulesSchema(rules: readonly RuleWords[], words: Words): Record<string, unknown> {
  const severity = ({ id, title }: RuleWords) => ({
    enum: SEVERITIES,
    description: words.put(`rule.${id}.title`, title.template),
  });
  return {
    type: 'object',
    properties: Object.fromEntries(rules.map((rule) => [rule.id, severity(rule)])),
    additionalProperties: false,
  };
}
