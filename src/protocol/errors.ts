/** Errors that say why in a text, which whoever shows them can translate. */
import type { Text } from './values.js';

export function isText(value: unknown): value is Text {
  if (typeof value !== 'object' || value === null) return false;
  const { template, args } = value as Partial<Text>;
  return typeof template === 'string' && Array.isArray(args);
}

/** Why, where the error says it in a text: as `problem`. */
export function textOfError(error: unknown): Text | undefined {
  const problem = error instanceof Error ? (error as { problem?: unknown }).problem : undefined;
  return isText(problem) ? problem : undefined;
}
