import type { InspectCall, InspectMethod, InspectRequests } from '../../protocol/inspection.js';
import { text, type Text } from '../../protocol/values.js';
import { RequestError } from './inspect/error.js';
import { Inspector } from './inspect/inspector.js';
import type { EngineLike, OptimizerLike, TensorLike } from './tensorflow.js';
import type { Training } from './training.js';
import type { Order } from './transport/wire.js';

/** What is looked at while the training is held. */
export interface Look {
  engine: EngineLike;
  /** Step in progress; of one that is gone through again, its own. */
  step: number;
  /** The one whose update waits. */
  optimizer: OptimizerLike | undefined;
  /** By name of the variable. */
  gradients: Map<string, TensorLike>;
}

type Handlers = {
  [M in InspectMethod]: (params: InspectRequests[M]['params'], id: number) => InspectRequests[M]['result'];
};

/** Answers what the engine asks; a failure is an answer, too. */
export class Requests {
  private inspector: Inspector | undefined;

  constructor(private readonly training: Training) {}

  /** @param look undefined while the training is not held */
  answer(request: Extract<Order, { type: 'request' }>, look: Look | undefined): void {
    const { session } = this.training;
    const { id } = request;
    try {
      session.send({ type: 'reply', id, result: this.perform(request, id, look) });
    } catch (error) {
      session.send({ type: 'reply', id, error: errorText(error) });
    }
  }

  /** Nothing is looked at any more: what was given out to ask for is refused from now on. */
  end(): void {
    this.inspector?.end();
    this.inspector = undefined;
  }

  private perform(call: InspectCall, id: number, look: Look | undefined): unknown {
    if (call.method === 'saveCheckpoint') return this.training.checkpoints.saveTo(call.params.file);
    if (!look) throw new RequestError(text('The training is not held, so it cannot be looked into.'));
    this.inspector ??= new Inspector(this.training, look);
    const handlers: Handlers = this.handlers(this.inspector);
    const handle = handlers[call.method] as (params: unknown, id: number) => unknown;
    if (typeof handle !== 'function')
      throw new RequestError(text('TensorFlow.js trainings do not know the request “{0}”.', call.method));
    return handle(call.params, id);
  }

  private handlers(inspector: Inspector): Handlers {
    return {
      stack: ({ start, levels }) => inspector.frames.stack(start, levels),
      roots: ({ frame }) => inspector.roots(frame),
      variables: ({ reference, start, count, filter }) => ({
        variables: inspector.references.children(reference, start, count, filter),
      }),
      setVariable: ({ reference, name, value }, id) => inspector.setVariable(reference, name, value, id),
      evaluate: (params, id) => inspector.evaluation.evaluate(params, id),
      completions: ({ text: line, column, frame }) => inspector.completions(line, column, frame),
      forensics: () => inspector.forensics(),
      saveCheckpoint: ({ file }) => this.training.checkpoints.saveTo(file),
    };
  }
}

function errorText(error: unknown): Text {
  if (error instanceof RequestError) return error.text;
  return text('This could not be found out: {0}', error instanceof Error ? error.message : String(error));
}
