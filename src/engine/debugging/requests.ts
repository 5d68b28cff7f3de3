/** Questions to a training that is held, on their way to a probe and back. */
import { decodeAnswer } from '../../protocol/decodeInspection.js';
import type { InspectCall } from '../../protocol/inspection.js';
import type { EngineMessage, Reply } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import { Deferred } from '../deferred.js';
import { RequestError } from './requestError.js';

/** Seconds for an answer; an evaluation has its own. A checkpoint may be gigabytes on a slow disk. */
const TIMEOUT = 30;
const CHECKPOINT_TIMEOUT = 600;
/** Seconds that what was interrupted may take to say so. */
const LAST_WORDS = 2;

interface Pending {
  rank: number;
  call: InspectCall;
  answer: Deferred<unknown>;
  timer: NodeJS.Timeout;
}

export class Requests {
  private readonly pending = new Map<number, Pending>();
  private next = 0;

  constructor(private readonly send: (rank: number, message: EngineMessage) => void) {}

  /** Rejects with a `RequestError`: what the probe says, that it does not answer, or what is wrong with its answer. */
  ask(rank: number, call: InspectCall): Promise<unknown> {
    const id = this.next++;
    const seconds = patience(call);
    const timer = setTimeout(() => this.interrupt(id, seconds), seconds * 1000);
    const pending: Pending = { rank, call, answer: new Deferred<unknown>(), timer };
    this.pending.set(id, pending);
    this.send(rank, { type: 'request', id, ...call });
    return pending.answer.promise;
  }

  reply(rank: number, { id, result, error }: Reply): void {
    const pending = this.pending.get(id);
    if (pending?.rank !== rank) return;
    this.forget(id);
    try {
      if (error !== undefined) throw new RequestError(error);
      pending.answer.resolve(decodeAnswer(pending.call.method, result));
    } catch (problem) {
      pending.answer.reject(asRequestError(problem, pending.call));
    }
  }

  /** The rank is gone, or goes on: nothing will be answered. */
  end(rank: number, why: Text): void {
    for (const [id, pending] of [...this.pending]) {
      if (pending.rank === rank) this.fail(id, why);
    }
  }

  private interrupt(id: number, seconds: number): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.send(pending.rank, { type: 'interrupt', id });
    const why = text(
      'The training process has not answered for {0} seconds and does not react to being interrupted: what it computes hangs. It stays held.',
      seconds + LAST_WORDS,
    );
    pending.timer = setTimeout(() => this.fail(id, why), LAST_WORDS * 1000);
  }

  private fail(id: number, why: Text): void {
    const pending = this.pending.get(id);
    this.forget(id);
    pending?.answer.reject(new RequestError(why));
  }

  private forget(id: number): void {
    clearTimeout(this.pending.get(id)?.timer);
    this.pending.delete(id);
  }
}

function patience(call: InspectCall): number {
  if (call.method === 'saveCheckpoint') return CHECKPOINT_TIMEOUT;
  if (call.method !== 'evaluate') return TIMEOUT;
  const { timeout } = call.params;
  return Number.isFinite(timeout) && timeout > 0 ? Math.min(timeout, CHECKPOINT_TIMEOUT) : TIMEOUT;
}

function asRequestError(problem: unknown, { method }: InspectCall): RequestError {
  if (problem instanceof RequestError) return problem;
  const reason = problem instanceof Error ? problem.message : String(problem);
  return new RequestError(
    text('The answer of the training process to {0} cannot be read: {1}', method, reason),
  );
}
