/** The worker's look into the training thread, through the inspector of V8. */
import { Session, type Debugger, type Runtime } from 'node:inspector';
import type { DebugJob, RawFrame, ToMain } from './wire.js';

const SCOPES = new Set<string>(['local', 'block', 'catch', 'closure', 'module', 'with', 'eval', 'script']);

/**
 * Connected while the training is held and somebody looks: a connection costs, and one that is left open would keep
 * the process from ending. Values are not copied: a function in the topmost frame takes them on the training thread.
 */
export class Inspection {
  private session: Session | undefined;
  private job: DebugJob | undefined;
  /** Newer versions of Node leave the file out of a frame. */
  private readonly urls = new Map<string, string>();

  constructor(private readonly tell: (message: ToMain) => void) {}

  async begin(job: DebugJob): Promise<void> {
    try {
      this.job = job;
      await this.connect();
      this.tell({ type: 'armed', id: job.id });
    } catch (error) {
      this.job = undefined;
      this.tell({ type: 'looked', id: job.id, error: messageOf(error) });
    }
  }

  /** @param request undefined for any */
  interrupt(request: number | undefined): void {
    if (this.job && (request ?? this.job.request) === this.job.request) this.session?.post('Runtime.terminateExecution');
  }

  release(): void {
    this.session?.disconnect();
    this.session = undefined;
    this.job = undefined;
  }

  private async connect(): Promise<void> {
    if (this.session) return;
    const session = new Session();
    session.connectToMainThread();
    this.session = session;
    session.on('Debugger.scriptParsed', ({ params }) => this.urls.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => void this.paused(params));
    await this.post('Debugger.enable', {});
  }

  private async paused({ callFrames }: Debugger.PausedEventDataType): Promise<void> {
    const { job } = this;
    this.job = undefined;
    let answer: { frames?: RawFrame[]; error?: string } = {};
    if (job) answer = await this.perform(job, callFrames).catch((error) => ({ error: messageOf(error) }));
    this.session?.post('Debugger.resume');
    if (job) this.tell({ type: 'looked', id: job.id, ...answer });
  }

  private async perform(job: DebugJob, frames: Debugger.CallFrame[]): Promise<{ frames?: RawFrame[] }> {
    if (job.kind === 'frames') return { frames: frames.map((frame) => this.rawFrame(frame)) };
    const frame = frames[job.frame === 0 ? 0 : frames.length - job.frame];
    const own = frames[0];
    if (!frame || !own) throw new Error('There is no such frame.');
    const deliver = await this.evaluate(own, 'deliver');
    if (job.kind === 'locals') await this.locals(frame, deliver.result);
    else await this.value(job, frame, deliver.result);
    return {};
  }

  private rawFrame({ functionName, location }: Debugger.CallFrame): RawFrame {
    return {
      name: functionName,
      url: this.urls.get(location.scriptId) ?? '',
      line: location.lineNumber,
      column: location.columnNumber ?? 0,
    };
  }

  private evaluate(
    frame: Debugger.CallFrame,
    expression: string,
    options: { throwOnSideEffect?: boolean; timeout?: number } = {},
  ): Promise<Debugger.EvaluateOnCallFrameReturnType> {
    return this.post('Debugger.evaluateOnCallFrame', {
      callFrameId: frame.callFrameId,
      expression,
      silent: true,
      ...options,
    });
  }

  private async value(
    job: DebugJob,
    frame: Debugger.CallFrame,
    deliver: Runtime.RemoteObject,
  ): Promise<void> {
    this.job = job;
    try {
      const { result, exceptionDetails } = await this.evaluate(frame, job.expression, {
        throwOnSideEffect: job.pure,
        timeout: job.timeout,
      });
      const thrown = exceptionDetails && (exceptionDetails.exception ?? { type: 'undefined' });
      await this.deliver(deliver, thrown ? 'thrown' : 'value', thrown ?? result);
    } finally {
      this.job = undefined;
    }
  }

  private async locals(frame: Debugger.CallFrame, deliver: Runtime.RemoteObject): Promise<void> {
    for (const { type, object } of frame.scopeChain)
      if (SCOPES.has(type)) await this.deliver(deliver, 'scope', object);
  }

  private async deliver(
    deliver: Runtime.RemoteObject,
    kind: string,
    value: Runtime.RemoteObject,
  ): Promise<void> {
    const { objectId } = deliver;
    if (objectId === undefined) throw new Error('The frame of the probe is not there.');
    await this.post('Runtime.callFunctionOn', {
      objectId,
      functionDeclaration: 'function (kind, value) { this(kind, value); }',
      arguments: [{ value: kind }, argument(value)],
    });
  }

  private post<T>(method: string, params: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.session?.post(method, params, (error: Error | null, result?: object) => {
        if (error) reject(error);
        else resolve(result as T);
      });
    });
  }
}

function argument({ objectId, unserializableValue, value }: Runtime.RemoteObject): Runtime.CallArgument {
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value: value as unknown } : { unserializableValue };
}

/** Node hides the inspector's own words in `Inspector error -32000: …`. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Inspector error -?\d+: /, '');
}
