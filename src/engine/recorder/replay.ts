/** The messages of a recorded run, as its probes sent them: steps are made again from their series. */
import type { Metrics, ProbeMessage, Resources, Steps } from '../../protocol/telemetry.js';
import { toWire } from '../../protocol/values.js';
import { MeasureReplay } from './measureReplay.js';
import { MomentCursor } from './momentCursor.js';
import { StepBatch } from './stepBatch.js';
import { StoredRecord, type StoredMessage } from './storedRecord.js';

export interface Replayed {
  rank: number;
  message: ProbeMessage;
}

/**
 * Every message of every rank, for a newer diagnosis. The order within a rank is kept; measures and metrics, which are
 * stored by step, come with the batch of steps that they belong to. Throws where the record cannot be read.
 */
export function* replayRun(directory: string): Generator<Replayed> {
  const record = StoredRecord.open(directory);
  try {
    yield* replayRecord(record);
  } finally {
    record.close();
  }
}

function* replayRecord(record: StoredRecord): Generator<Replayed> {
  const ranks = new Map<number, RankReplay>();
  for (const { identity } of record.all) ranks.set(identity.rank, new RankReplay(record, identity.rank));
  for (const stored of record.messages()) {
    const { rank } = stored;
    const replay = ranks.get(rank) ?? new RankReplay(record, rank);
    ranks.set(rank, replay);
    for (const message of replay.until(stored)) yield { rank, message };
  }
  for (const [rank, replay] of ranks) {
    for (const message of replay.upTo(Infinity)) yield { rank, message };
  }
}

/** What one rank sent, in order. */
class RankReplay {
  private readonly steps: MomentCursor;
  private readonly metrics: MomentCursor;
  private readonly resources: MomentCursor;
  private readonly measures: MeasureReplay;

  constructor(
    private readonly record: StoredRecord,
    private readonly rank: number,
  ) {
    this.steps = new MomentCursor(record, rank, 'steps');
    this.metrics = new MomentCursor(record, rank, 'metrics');
    this.resources = new MomentCursor(record, rank, 'engine');
    this.measures = new MeasureReplay(record, rank);
  }

  /** Steps that were told of before a message, then the message. */
  *until({ afterStep, message }: StoredMessage): Generator<ProbeMessage> {
    yield* this.upTo(afterStep);
    yield message;
  }

  /** What was measured up to a step. */
  *upTo(step: number): Generator<ProbeMessage> {
    for (let batch = this.nextSteps(step); batch; batch = this.nextSteps(step)) {
      yield batch;
      yield* this.besides(batch.first + batch.time.length - 1);
    }
    yield* this.besides(step);
  }

  private *besides(step: number): Generator<ProbeMessage> {
    yield* this.measures.upTo(step);
    yield* scalarsUpTo(this.metrics, step, 'metrics', 'metric/');
    yield* scalarsUpTo(this.resources, step, 'resources', '');
  }

  private nextSteps(last: number): Steps | undefined {
    const epochs = this.record.epochs(this.rank);
    let batch: StepBatch | undefined;
    for (let row = this.steps.peek(); row && row.step <= last; row = this.steps.peek()) {
      if (batch && !batch.takes(row.step)) break;
      batch ??= new StepBatch(row.step);
      batch.add(row.time, epochs.epochOf(row.step), this.steps.take(row));
    }
    return batch?.message();
  }
}

/** The moments of a cursor up to a step as messages, with the names that the message had. */
function* scalarsUpTo(
  cursor: MomentCursor,
  step: number,
  type: 'metrics' | 'resources',
  prefix: string,
): Generator<Metrics | Resources> {
  for (let row = cursor.peek(); row && row.step <= step; row = cursor.peek()) {
    const values = cursor
      .take(row)
      .map(([name, value]) => [name.slice(prefix.length), toWire(value)] as const);
    yield { type, step: row.step, time: row.time, values: Object.fromEntries(values) };
  }
}
