/** A series as it is drawn. */
import type { SeriesFrame } from '../../protocol/runApi.js';

export interface Curve {
  series: string;
  label: string;
  /** Steps, rising. */
  x: Float64Array;
  /** Of the points that a bucket stands for; NaN where none is finite. */
  min: Float32Array;
  max: Float32Array;
  mean: Float32Array;
  nonFinite: Uint32Array;
}

export function decodeCurve(frame: SeriesFrame, label: string): Curve {
  return {
    series: frame.series,
    label,
    x: new Float64Array(bytes(frame.x)),
    min: new Float32Array(bytes(frame.min)),
    max: new Float32Array(bytes(frame.max)),
    mean: new Float32Array(bytes(frame.mean)),
    nonFinite: new Uint32Array(bytes(frame.nonFinite)),
  };
}

/** A copy of its own: a Buffer may share its memory and start anywhere in it. */
function bytes(base64: string): ArrayBuffer {
  const decoded = Buffer.from(base64, 'base64');
  return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength);
}
