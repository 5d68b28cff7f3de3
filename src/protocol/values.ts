/** What the three protocols share: numbers, texts and places as they travel on a wire. */

/** JSON has no NaN and no infinities, and turns them into null: they travel as these words. */
export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A float32 array (little-endian) in base64. */
export type Base64Float32 = string;

/** A place in the user's code. `file` is absolute, `line` counts from 1. */
export interface SourceLine {
  file: string;
  line: number;
  /** Name of the function the line is in; `<module>` at the top level of a Python script. */
  function?: string;
}

/**
 * A sentence for people: an English template with `{0}`, `{1}` … and what goes into it. The template is the key
 * by which translations are found, so it is a literal in the code that makes it.
 */
export interface Text {
  template: string;
  args: (string | number)[];
}

export function text(template: string, ...args: (string | number)[]): Text {
  return { template, args };
}

/** Fills the template of a text, or of its translation. */
export function formatText(value: Text, template: string = value.template): string {
  return template.replace(/\{(\d+)\}/g, (whole, index: string) => {
    const arg = value.args[Number(index)];
    return arg === undefined ? whole : String(arg);
  });
}

export function toWire(value: number): WireNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

export function fromWire(value: WireNumber): number {
  return typeof value === 'number' ? value : Number(value);
}

/** Makes the compiler prove that a `switch` over a union is complete. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}

/** The numbers of a base64 text, little-endian as on every machine that VS Code runs on. */
export function decodeFloat32(base64: Base64Float32): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
