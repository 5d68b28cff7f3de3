/** The panel's messages as text, for the plain browser: typed arrays, which JSON lacks, travel as base64. */

const ARRAYS = { Float64Array, Float32Array, Uint32Array, Uint8Array };
type ArrayName = keyof typeof ARRAYS;

interface EncodedArray {
  $array: ArrayName;
  base64: string;
}

export function encodePanelJson(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const encoded: EncodedArray = { $array: value.constructor.name as ArrayName, base64: toBase64(bytes) };
    return encoded;
  });
}

/** Throws a SyntaxError when the text is not JSON. What the message holds is for its receiver to check. */
export function decodePanelJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => (isEncodedArray(value) ? fromEncoded(value) : value));
}

function isEncodedArray(value: unknown): value is EncodedArray {
  return typeof value === 'object' && value !== null && '$array' in value && String(value.$array) in ARRAYS;
}

function fromEncoded(value: EncodedArray): InstanceType<(typeof ARRAYS)[ArrayName]> {
  const bytes = Uint8Array.from(atob(value.base64), (character) => character.charCodeAt(0));
  return new ARRAYS[value.$array](bytes.buffer);
}

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
