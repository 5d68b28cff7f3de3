/** The words of a breakpoint's expression, each with its place. */
import { text, type Text } from '../protocol/values.js';

/** What is wrong with an expression; the sentence names the column, counted from 1. */
export class ExpressionError extends Error {
  constructor(readonly problem: Text) {
    super(problem.template);
  }
}

export interface Token {
  /** `symbol` also stands for `and`, `or` and `not`, which are written `&&`, `||` and `!` here. */
  kind: 'number' | 'name' | 'string' | 'symbol' | 'end';
  text: string;
  /** From 1. */
  column: number;
}

const WORDS: Record<string, string> = { and: '&&', or: '||', not: '!' };

const PATTERNS: readonly [Token['kind'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['number', /(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/y],
  ['name', /[\p{L}_][\p{L}\p{N}_]*/uy],
  ['string', /"[^"]*"|'[^']*'/y],
  ['symbol', /\*\*|&&|\|\||[<>=!]=|[-+*/%<>!()[\].,]/y],
];

/** @throws ExpressionError for a character that stands for nothing */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const { kind, text: found } = tokenAt(source, at);
    if (kind !== 'space') tokens.push(tokenOf(kind, found, at + 1));
    at += found.length;
  }
  return [...tokens, { kind: 'end', text: '', column: source.length + 1 }];
}

function tokenAt(source: string, at: number): { kind: Token['kind'] | 'space'; text: string } {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { kind, text: match[0] };
  }
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  throw new ExpressionError(misplaced(character, at + 1));
}

function misplaced(character: string, column: number): Text {
  if (character === '=') return text('Column {0}: to compare, write == instead of =.', column);
  if (character === '&' || character === '|')
    return text('Column {0}: write {1} instead of {2}.', column, character.repeat(2), character);
  return text('Column {0}: “{1}” has no meaning here.', column, character);
}

function tokenOf(kind: Token['kind'], found: string, column: number): Token {
  if (kind === 'string') return { kind, text: found.slice(1, -1), column };
  const word = kind === 'name' && Object.hasOwn(WORDS, found) ? WORDS[found] : undefined;
  return word === undefined ? { kind, text: found, column } : { kind: 'symbol', text: word, column };
}
