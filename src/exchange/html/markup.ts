/** Building blocks of the page. Whatever comes from a run is escaped. */
import type { SourceLine } from '../../protocol/values.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escape(words: string | number): string {
  return String(words).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The element's content is markup already, that of attributes is not. */
export function tag(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content = '',
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  return `<${name}${written.join('')}>${content}</${name}>`;
}

export function section(id: string, heading: string, content: string): string {
  return tag('section', { id }, `<h2>${escape(heading)}</h2>\n${content}`);
}

/** Rows of a list of terms: name, and what is to be said of it as markup. */
export function terms(rows: readonly (readonly [string, string])[]): string {
  return tag('dl', {}, rows.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${value}</dd>`).join(''));
}

export function placeOf({ file, line }: SourceLine): string {
  return tag('code', { title: `${file}:${line}` }, escape(`${file.split(/[\\/]/).pop() ?? file}:${line}`));
}

/** Four significant digits; powers of ten where the number would be long. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential(2).split('e');
    return `${String(Number(mantissa))}e${exponent.replace('+', '')}`;
  }
  return String(Number(value.toPrecision(4)));
}
