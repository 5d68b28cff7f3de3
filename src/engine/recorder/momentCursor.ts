/** Walks over the points of all series of one origin, moment by moment. */
import { earliest, PointCursor } from './pointCursor.js';
import type { Origin } from './series.js';
import type { StoredRecord } from './storedRecord.js';

export interface Moment {
  step: number;
  time: number;
}

export class MomentCursor {
  private readonly names: string[];
  private readonly cursors: PointCursor[];

  constructor(record: StoredRecord, rank: number, origin: Origin) {
    const series = record.all.filter(({ identity }) => identity.rank === rank && identity.origin === origin);
    this.names = series.map(({ identity }) => identity.name);
    this.cursors = series.map((one) => new PointCursor(one));
  }

  /** The next moment with a point; undefined at the end. */
  peek(): Moment | undefined {
    return earliest(this.cursors);
  }

  /** The values of a moment by series name, and on to the next. */
  take({ step, time }: Moment): [string, number][] {
    const values: [string, number][] = [];
    this.cursors.forEach((cursor, i) => {
      const value = cursor.take(step, time);
      if (value !== undefined) values.push([this.names[i] ?? '', value]);
    });
    return values;
  }
}
