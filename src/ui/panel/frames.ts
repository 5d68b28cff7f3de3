/** Frames as the engine sends them (base64) to frames as the page draws them (typed arrays). */
import type { PanelFrame, PanelParameterFrame } from '../../protocol/panel.js';
import type { ParameterFrame, SeriesFrame } from '../../protocol/runApi.js';

export function toPanelFrame(frame: SeriesFrame): PanelFrame {
  return {
    series: frame.series,
    x: new Float64Array(bytes(frame.x)),
    min: new Float32Array(bytes(frame.min)),
    max: new Float32Array(bytes(frame.max)),
    mean: new Float32Array(bytes(frame.mean)),
    nonFinite: new Uint32Array(bytes(frame.nonFinite)),
    stride: frame.stride,
  };
}

export function toPanelParameterFrame({ names, steps, values }: ParameterFrame): PanelParameterFrame {
  return { names, steps, values: new Float32Array(bytes(values)) };
}

/** A copy of its own: a Buffer may share its memory and start anywhere in it. */
function bytes(base64: string): ArrayBuffer {
  const decoded = Buffer.from(base64, 'base64');
  return decoded.buffer.slice(decoded.byteOffset, decoded.byteOffset + decoded.byteLength);
}
