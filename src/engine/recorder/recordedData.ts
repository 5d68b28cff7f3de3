/** What can be asked of a run's measurements, live or finished. */
import type { FrameRequest, ParameterFrame, RunRequests, SeriesFrame, XAxis } from '../../protocol/runApi.js';
import type { EpochAxis } from './epochAxis.js';
import { frameOf, type Axis, type FrameColumns, type SeriesSource } from './frames.js';
import { parameterFrameOf, type MeasureSource } from './parameterFrame.js';
import type { SeriesIdentity, SeriesStats } from './series.js';

export type RecordedSeries = SeriesSource & {
  readonly identity: SeriesIdentity;
  readonly stats: SeriesStats;
};

/** A run's measurements by rank. */
export interface RecordedData {
  series(rank: number, name: string): RecordedSeries | undefined;
  epochs(rank: number): EpochAxis;
  readonly measures: MeasureSource;
  parameterNames(rank: number): readonly string[];
}

/** Wider than any screen; keeps a frame's size bounded. */
const WIDEST = 32_768;

/** A series without points, or not known yet, gives a frame without buckets. */
export function framesOf(data: RecordedData, request: FrameRequest): SeriesFrame[] {
  const width = checkedWidth(request.width);
  const range = { from: request.from, to: request.to };
  if (Number.isNaN(range.from) || Number.isNaN(range.to))
    throw new Error('A range of a chart goes from NaN or to NaN.');
  const axis = axisOf(request.x, data.epochs(request.rank));
  return request.series.map((name) => {
    const series = data.series(request.rank, name);
    return encodeFrame(
      name,
      series && series.stats.points > 0 ? frameOf(series, axis, range, width) : NO_POINTS,
    );
  });
}

export function parameterFrame(
  data: RecordedData,
  request: RunRequests['parameterFrame']['params'],
): ParameterFrame {
  const checked = { ...request, width: checkedWidth(request.width) };
  return parameterFrameOf(data.measures, checked, data.parameterNames(request.rank));
}

export function axisOf(x: XAxis, epochs: EpochAxis): Axis {
  switch (x) {
    case 'step':
      return (step) => step;
    case 'time':
      return (_, time) => time;
    case 'epoch':
      return (step) => epochs.at(step);
  }
}

function checkedWidth(width: number): number {
  if (!(width >= 1)) throw new Error(`A chart must be at least one pixel wide, not ${width}.`);
  return Math.min(WIDEST, Math.floor(width));
}

const NO_POINTS: FrameColumns = {
  x: new Float64Array(),
  min: new Float32Array(),
  max: new Float32Array(),
  mean: new Float32Array(),
  nonFinite: new Uint32Array(),
  stride: 1,
};

function encodeFrame(series: string, frame: FrameColumns): SeriesFrame {
  return {
    series,
    x: base64(frame.x),
    min: base64(frame.min),
    max: base64(frame.max),
    mean: base64(frame.mean),
    nonFinite: base64(frame.nonFinite),
    stride: frame.stride,
  };
}

function base64(array: Float64Array | Float32Array | Uint32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}
