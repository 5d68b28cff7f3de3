/**
 * The expression a person points at in a line of code: a name, or the dotted and subscripted one that it ends. Nothing
 * that would call a function, and nothing in comments or in strings other than the code within them. Pure.
 */

export type Language = 'python' | 'javascript';

export interface Span {
  start: number;
  end: number;
}

interface Token extends Span {
  kind: 'name' | 'number' | 'string' | 'other';
  text: string;
}

const KEYWORDS: Record<Language, ReadonlySet<string>> = {
  python: new Set(
    (
      'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
      'lambda nonlocal not or pass raise return try while with yield'
    ).split(' '),
  ),
  javascript: new Set(
    (
      'async await break case catch class const continue debugger default delete do else export extends finally for ' +
      'from function if import in instanceof interface let new of return static switch throw try type typeof var void ' +
      'while with yield'
    ).split(' '),
  ),
};

/** @param column counts UTF-16 units from 0. */
export function expressionAt(line: string, column: number, language: Language): Span | null {
  const tokens = tokensOf(line, language);
  const at = tokens.findIndex(({ start, end }) => start <= column && column < end);
  const pointed = tokens[at];
  if (pointed === undefined) return null;
  if (pointed.kind === 'name' && !isMember(tokens, at)) return alone(pointed, language);
  const chain = tokens
    .map((_, index) => index)
    .filter((index) => index < at && startsChain(tokens, index, language))
    .map((index) => chainUpTo(tokens, index, at))
    .findLast((end) => end !== null && end.last >= at);
  return chain ? { start: tokens[chain.first]?.start ?? 0, end: tokens[chain.last]?.end ?? 0 } : null;
}

function alone({ text, start, end }: Token, language: Language): Span | null {
  return KEYWORDS[language].has(text) ? null : { start, end };
}

function startsChain(tokens: readonly Token[], index: number, language: Language): boolean {
  const token = tokens[index];
  return token?.kind === 'name' && !isMember(tokens, index) && !KEYWORDS[language].has(token.text);
}

/** Comes after a dot. */
function isMember(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === '.' || before === '?.';
}

/** The shortest chain from `first` that holds the token `at`; null where it ends before, or calls something. */
function chainUpTo(
  tokens: readonly Token[],
  first: number,
  at: number,
): { first: number; last: number } | null {
  let last = first;
  while (last < at) {
    const next = linkAfter(tokens, last);
    if (next === null) return null;
    last = next;
  }
  return { first, last };
}

/** Index of the last token of `.name` or `[…]` after this one. */
function linkAfter(tokens: readonly Token[], last: number): number | null {
  const next = tokens[last + 1]?.text;
  if (next === '.' || next === '?.') {
    if (tokens[last + 2]?.kind === 'name') return last + 2;
    return next === '?.' && tokens[last + 2]?.text === '[' ? closing(tokens, last + 2) : null;
  }
  return next === '[' ? closing(tokens, last + 1) : null;
}

/** Index of the bracket that closes this one; null where something within is called or assigned. */
function closing(tokens: readonly Token[], open: number): number | null {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const { text = '', kind } = tokens[index] ?? {};
    if (kind === 'other' && (text === '(' || text === '=')) return null;
    if (kind === 'other' && text === '[') depth++;
    if (kind === 'other' && text === ']' && --depth === 0) return index;
  }
  return null;
}

const PIECES: Record<Language, RegExp> = {
  python: /#.*|(?<prefix>[a-zA-Z]{0,2})(?<quote>"""|'''|"|')|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|\S/gu,
  javascript: /\/\/.*|\/\*.*?(?:\*\/|$)|(?<quote>["'`])|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|\?\.|\S/gu,
};

function tokensOf(line: string, language: Language, from = 0, to = line.length): Token[] {
  const pattern = new RegExp(PIECES[language]);
  const tokens: Token[] = [];
  pattern.lastIndex = from;
  for (let match = pattern.exec(line); match !== null && match.index < to; match = pattern.exec(line)) {
    const [text] = match;
    if (/^(#|\/\/|\/\*)/.test(text)) continue;
    const { quote, prefix = '' } = match.groups ?? {};
    if (quote === undefined) {
      tokens.push({ kind: kindOf(text), text, start: match.index, end: match.index + text.length });
      continue;
    }
    const end = endOfString(line, pattern.lastIndex, quote);
    tokens.push(...stringTokens(line, language, { start: match.index, end }, isTemplate(quote, prefix)));
    pattern.lastIndex = end;
  }
  return tokens;
}

function kindOf(text: string): Token['kind'] {
  if (/^\d/.test(text)) return 'number';
  return /^[\p{L}_$]/u.test(text) ? 'name' : 'other';
}

function isTemplate(quote: string, prefix: string): boolean {
  return quote === '`' || /f/i.test(prefix);
}

function endOfString(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at++) {
    if (line[at] === '\\') at++;
    else if (line.startsWith(quote, at)) return at + quote.length;
  }
  return line.length;
}

/** A string is one token; a template is the code within its braces. */
function stringTokens(line: string, language: Language, { start, end }: Span, template: boolean): Token[] {
  if (!template) return [{ kind: 'string', text: line.slice(start, end), start, end }];
  const open = language === 'python' ? '{' : '${';
  const tokens: Token[] = [];
  for (let at = line.indexOf(open, start); at >= 0 && at < end; at = line.indexOf(open, at + 1)) {
    const close = line.indexOf('}', at);
    const code = close < 0 || close > end ? end : close;
    // What stands before a template's code is no part of it.
    tokens.push({ kind: 'other', text: '{', start: at, end: at });
    tokens.push(...tokensOf(line.slice(0, code), language, at + open.length, code));
    at = code;
  }
  return tokens;
}
