/** Per-parameter measures while they are recorded. */
import type { ParameterMeasures } from '../../protocol/telemetry.js';
import { MeasureLevels, type LevelledRow, type MeasureRow } from './measureLevels.js';
import type { MeasureSource } from './parameterFrame.js';
import type { MetricsReader } from './metricsReader.js';
import type { MetricsWriter } from './metricsWriter.js';

export const MEASURES = ['gradNorm', 'weightNorm', 'updateRatio'] as const;
export type Measure = (typeof MEASURES)[number];

interface Track {
  rank: number;
  measure: Measure;
  levels: MeasureLevels;
  unwritten: LevelledRow[];
}

export class LiveMeasures implements MeasureSource {
  private readonly tracks = new Map<string, Track>();

  constructor(private readonly disk: MetricsReader) {}

  record(rank: number, message: ParameterMeasures): void {
    for (const measure of MEASURES) {
      const data = message[measure];
      if (data === undefined) continue;
      const track = this.track(rank, measure);
      const row = { step: message.step, time: message.time, values: decodeFloats(data) };
      track.unwritten.push(...track.levels.push(row));
    }
  }

  get unwrittenBytes(): number {
    let bytes = 0;
    for (const { unwritten } of this.tracks.values()) {
      for (const row of unwritten) bytes += row.values.byteLength + 64;
    }
    return bytes;
  }

  write(writer: MetricsWriter): void {
    for (const { rank, measure, unwritten } of this.tracks.values()) {
      for (const { level, at, step, time, values } of unwritten) {
        const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        writer.measure({ rank, measure, level, at, step, time, data });
      }
    }
  }

  markWritten(): void {
    for (const track of this.tracks.values()) track.unwritten = [];
  }

  count(rank: number, measure: string): number {
    return this.tracks.get(key(rank, measure))?.levels.count ?? 0;
  }

  *rows(rank: number, measure: string, level: number, from: number, to: number): Generator<MeasureRow> {
    yield* this.disk.measures(rank, measure, level, from, to);
    for (const row of this.tracks.get(key(rank, measure))?.unwritten ?? []) {
      if (row.level === level && row.at >= from && row.at < to) yield row;
    }
  }

  private track(rank: number, measure: Measure): Track {
    const known = this.tracks.get(key(rank, measure));
    if (known) return known;
    const track: Track = { rank, measure, levels: new MeasureLevels(), unwritten: [] };
    this.tracks.set(key(rank, measure), track);
    return track;
  }
}

function key(rank: number, measure: string): string {
  return `${rank} ${measure}`;
}

function decodeFloats(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
}
