/** Frames as the engine sends them (base64) to frames as the page draws them (typed arrays). */
import type { PanelFrame, PanelParameterFrame } from '../../protocol/panel.js';
import type { ParameterFrame, SeriesFrame } from '../../protocol/runApi.js';

/** Bytes of a bucket: x in eight, min, max, mean and nonFinite in four each. */
const BUCKET = 24;

/** All in one piece of memory: VS Code loses a message that has more than 253 pieces. */
export function toPanelFrames(frames: readonly SeriesFrame[]): PanelFrame[] {
  const decoded = frames.map((frame) => ({ frame, x: Buffer.from(frame.x, 'base64') }));
  const buckets = decoded.reduce((sum, { x }) => sum + x.length / 8, 0);
  const memory = new ArrayBuffer(buckets * BUCKET);
  let used = 0;
  return decoded.map(({ frame, x }) => {
    const from = used;
    used += (x.length / 8) * BUCKET;
    return panelFrame(frame, x, memory, from);
  });
}

function panelFrame(frame: SeriesFrame, x: Buffer, memory: ArrayBuffer, from: number): PanelFrame {
  const count = x.length / 8;
  new Uint8Array(memory).set(x, from);
  const column = (index: number, base64: string): number => {
    const at = from + 8 * count + 4 * count * index;
    new Uint8Array(memory, at, 4 * count).set(Buffer.from(base64, 'base64'));
    return at;
  };
  return {
    series: frame.series,
    x: new Float64Array(memory, from, count),
    min: new Float32Array(memory, column(0, frame.min), count),
    max: new Float32Array(memory, column(1, frame.max), count),
    mean: new Float32Array(memory, column(2, frame.mean), count),
    nonFinite: new Uint32Array(memory, column(3, frame.nonFinite), count),
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
