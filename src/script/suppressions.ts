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
