/** Per-parameter measures of a recorded run, made into messages again. */
import type { ParameterMeasures } from '../../protocol/telemetry.js';
import { MEASURES } from './liveMeasures.js';
import type { MeasureRow } from './measureLevels.js';
import type { StoredRecord } from './storedRecord.js';

export class MeasureReplay {
  private readonly tracks: {
    measure: (typeof MEASURES)[number];
    rows: Iterator<MeasureRow>;
    next: MeasureRow | undefined;
  }[];

  constructor(record: StoredRecord, rank: number) {
    this.tracks = MEASURES.map((measure) => {
      const rows = record.measures.rows(rank, measure, 0, 0, Infinity)[Symbol.iterator]();
      return { measure, rows, next: following(rows) };
    });
  }

  /** Those of the steps up to one, in order. */
  *upTo(step: number): Generator<ParameterMeasures> {
    for (let message = this.next(step); message; message = this.next(step)) yield message;
  }

  private next(last: number): ParameterMeasures | undefined {
    const step = Math.min(...this.tracks.map(({ next }) => next?.step ?? Infinity));
    if (!(step <= last) || step === Infinity) return undefined;
    const message: ParameterMeasures = { type: 'parameterMeasures', step, time: NaN };
    for (const track of this.tracks) {
      if (track.next?.step !== step) continue;
      message.time = track.next.time;
      message[track.measure] = encode(track.next.values);
      track.next = following(track.rows);
    }
    return message;
  }
}

function following(rows: Iterator<MeasureRow>): MeasureRow | undefined {
  const next = rows.next();
  return next.done === true ? undefined : next.value;
}

function encode(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}
