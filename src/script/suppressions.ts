/** Comments by which a script says which findings to leave alone on a line. Pure over the text. */

/** `all`, or ids of rules. */
export type Suppression = 'all' | readonly string[];

const COMMENT = /(?:#|\/\/|\/\*)\s*training-debugger:\s*ignore(?:\s*\[([^\]]*)\])?/;
const COMMENT_ALONE = /^\s*(?:#|\/\/|\/\*)/;

/**
 * `# training-debugger: ignore[rule-id, other-rule]`, in JavaScript after `//`, at the end of a line or alone on the
 * line above it; without ids it is for all rules. Returned by line, from 1.
 */
export function suppressionsIn(script: string): Map<number, Suppression> {
  const found = new Map<number, Suppression>();
  script.split(/\r\n|\r|\n/).forEach((text, index) => {
    const suppression = suppressionOf(text);
    if (suppression === null) return;
    const line = COMMENT_ALONE.test(text) ? index + 2 : index + 1;
    found.set(line, merged(found.get(line), suppression));
  });
  return found;
}

export function suppresses(suppression: Suppression | undefined, rule: string): boolean {
  return suppression === 'all' || (suppression?.includes(rule) ?? false);
}

/** Text to put into a script. */
export interface Insertion {
  /** From 1. */
  line: number;
  /** Characters before it. */
  column: number;
  text: string;
}

/**
 * What to write so that the rule is left alone on a line: into the comment that is there, else at the end of the line;
 * on a line of its own above where the line goes on after a backslash. Null where it is left alone already.
 */
export function ignoring(script: string, line: number, rule: string, mark: '#' | '//'): Insertion | null {
  const lines = script.split(/\r\n|\r|\n/);
  const content = lines[line - 1] ?? '';
  if (suppresses(suppressionsIn(script).get(line), rule)) return null;
  const known = COMMENT.exec(content);
  if (known?.[1] !== undefined && !COMMENT_ALONE.test(content)) {
    const text = `${known[1].trim() === '' ? '' : ', '}${rule}`;
    return { line, column: known.index + known[0].length - 1, text };
  }
  const comment = `${mark} training-debugger: ignore[${rule}]`;
  const indent = /^\s*/.exec(content)?.[0] ?? '';
  if (content.endsWith('\\')) return { line, column: 0, text: `${indent}${comment}\n` };
  return { line, column: content.trimEnd().length, text: `  ${comment}` };
}

function suppressionOf(text: string): Suppression | null {
  const match = COMMENT.exec(text);
  if (match === null) return null;
  const ids = match[1];
  if (ids === undefined) return 'all';
  return ids
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

function merged(known: Suppression | undefined, more: Suppression): Suppression {
  if (known === undefined) return more;
  return known === 'all' || more === 'all' ? 'all' : [...known, ...more];
}
