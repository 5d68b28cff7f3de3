/** Conditions over measures, as breakpoints have them: `gradNorm > 100 && step > 50`. docs/debugging.md describes them. */
import { text, type Text } from '../protocol/values.js';
import { type Lookup, Parser } from './parser.js';
import { ExpressionError, tokensOf } from './tokens.js';

export { ExpressionError } from './tokens.js';
export type { Lookup } from './parser.js';

/** Longer ones are mistakes, and could be nested more deeply than can be worked out. */
const MAX_LENGTH = 1000;

export interface Condition {
  source: string;
  /** Series and places it depends on. */
  series: readonly string[];
  /** False where a measure it depends on has no value yet. */
  holds(lookup: Lookup): boolean;
}

/** @throws ExpressionError that says where the mistake is and what was expected there */
export function compile(source: string): Condition {
  if (source.length > MAX_LENGTH)
    throw new ExpressionError(text('The expression is longer than {0} characters.', MAX_LENGTH));
  const parser = new Parser(tokensOf(source));
  const { kind, evaluate } = parser.whole();
  if (kind !== 'condition')
    throw new ExpressionError(
      text('The expression is a number: compare it with something, as in {0} > 1.', source.trim()),
    );
  return { source, series: [...parser.asked], holds: (lookup) => evaluate(lookup) === true };
}

/** What is wrong with an expression, null where nothing is. */
export function problemOf(source: string): Text | null {
  try {
    compile(source);
    return null;
  } catch (error) {
    if (error instanceof ExpressionError) return error.problem;
    throw error;
  }
}
