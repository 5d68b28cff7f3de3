import type { InspectRequests } from '../../../protocol/inspection.js';
import { text } from '../../../protocol/values.js';
import type { Look } from '../requests.js';
import { isTensor, type EngineLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { RequestError } from './error.js';
import type { Delivered, Frames } from './frames.js';
import { capturing } from './output.js';
import { cut, describeValue, type Context } from './values.js';

type Params = InspectRequests['evaluate']['params'];

/** Seconds. */
const TIMEOUT = 5;

/** Expressions in the user's frames. */
export class Evaluation {
  /** Watched expressions that may change something are recorded once. */
  private static readonly recorded = new Set<string>();

  constructor(
    private readonly training: Training,
    private readonly look: Look,
    private readonly frames: Frames,
    private readonly context: Context,
  ) {}

  evaluate(params: Params, request: number): InspectRequests['evaluate']['result'] {
    const { expression, context } = params;
    let value: unknown;
    const output = capturing(() => {
      value = this.compute(params, request);
    });
    const path = context === 'hover' || context === 'watch' ? expression : undefined;
    const shown = describeValue(this.context, cut(expression), value, path);
    return output === '' ? shown : { ...shown, output };
  }

  /** Computed without a change where that goes: then nothing has to be recorded. */
  private compute({ expression, frame, context, timeout }: Params, request: number): unknown {
    const tried = this.frames.evaluate(frame, expression, request, true, timeout);
    if (!isSideEffect(tried)) return valueOf(tried);
    if (context === 'hover')
      throw new RequestError(text('“{0}” may change something, so it is not computed here.', cut(expression)));
    const value = valueOf(this.unharmed(() => this.frames.evaluate(frame, expression, request, false, timeout)));
    if (context === 'repl' && isTensor(value)) this.look.engine.keep(value);
    this.record(expression, context);
    return value;
  }

  /** The value of an expression that a person sets something to. */
  valueOf(expression: string, request: number, frame = this.frames.innermost): unknown {
    return valueOf(
      this.unharmed(() => this.frames.evaluate(frame, `(${expression}\n)`, request, false, TIMEOUT)),
    );
  }

  /** An expression that is ended in the middle of something leaves the framework in the middle of it. */
  private unharmed(act: () => Delivered): Delivered {
    const { engine } = this.look;
    const { state } = engine;
    const [scopes, gradients, kernels] = [state.scopeStack.length, state.gradientDepth, state.kernelDepth];
    try {
      return act();
    } finally {
      leaveScopes(engine, scopes);
      state.gradientDepth = gradients;
      state.kernelDepth = kernels;
    }
  }

  private record(expression: string, context: Params['context']): void {
    if (context !== 'repl' && Evaluation.recorded.has(expression)) return;
    if (context !== 'repl') Evaluation.recorded.add(expression);
    const { session } = this.training;
    const { step } = this.look;
    this.training.sendAfterSteps({ type: 'change', step, time: session.now(), kind: 'code', name: expression });
  }
}

function leaveScopes(engine: EngineLike, count: number): void {
  while (engine.state.scopeStack.length > count) engine.endScope();
}

function isSideEffect({ kind, value }: Delivered): boolean {
  return kind === 'thrown' && value instanceof EvalError && /^Possible side-effect/.test(value.message);
}

function valueOf({ kind, value }: Delivered): unknown {
  if (kind !== 'thrown') return value;
  const why = value instanceof Error ? `${value.name}: ${value.message}` : String(value);
  throw new RequestError(text('The expression failed: {0}', why));
}
