/**
 * One debug session: a client of one run. Plain DAP, so that any DAP client can use it; where messages come from and
 * go to, and how a run is started, is given to it.
 */
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { textOfError } from '../protocol/errors.js';
import type { RunClient } from '../protocol/runApi.js';
import type { Text } from '../protocol/values.js';
import { Breakpoints } from './breakpoints.js';
import { capabilities } from './capabilities.js';
import { readFeatures } from './clientFeatures.js';
import { Connection, type Send } from './connection.js';
import { Context } from './context.js';
import { AdapterError } from './errors.js';
import { Evaluation } from './evaluation.js';
import { exceptionInfo } from './exceptionInfo.js';
import { Held } from './held.js';
import { Lifecycle } from './lifecycle.js';
import { Progress } from './progress.js';
import type { Args, Body, Handlers } from './requests.js';
import { Scopes } from './scopes.js';
import { Stack } from './stack.js';
import { Stepping } from './stepping.js';
import { Threads } from './threads.js';
import { Variables } from './variables.js';

export interface AdapterHost {
  /**
   * @param configuration as in launch.json, and `breakpoints` as in `LaunchConfig`.
   * @returns a client that the session disposes.
   */
  launch(configuration: Record<string, unknown>): Promise<RunClient>;
  attach(configuration: Record<string, unknown>): Promise<RunClient>;
  translate(value: Text): string;
}

/** Requests that clients make by themselves, or show the failure of where it happened: no message for it. */
const QUIET = [
  'evaluate',
  'completions',
  'variables',
  'scopes',
  'stackTrace',
  'setVariable',
  'exceptionInfo',
];

export class TrainingSession {
  private readonly connection: Connection;
  private readonly context: Context;
  private readonly held: Held;
  private readonly breakpoints: Breakpoints;
  private readonly threads: Threads;
  private readonly stepping: Stepping;
  private readonly lifecycle: Lifecycle;
  private readonly stack: Stack;
  private readonly scopes: Scopes;
  private readonly variables: Variables;
  private readonly evaluation: Evaluation;
  private disposed = false;

  constructor(host: AdapterHost, send: Send) {
    const sendWhileOpen: Send = (message) => {
      if (!this.disposed) send(message);
    };
    const translate = (value: Text) => host.translate(value);
    this.context = new Context(translate, (event, body) => this.connection.event(event, body));
    this.held = new Held(this.context);
    this.breakpoints = new Breakpoints(this.context);
    this.threads = new Threads(this.context);
    const progress = new Progress(this.context);
    this.stepping = new Stepping(this.context, this.held, this.breakpoints, this.threads, progress);
    this.lifecycle = new Lifecycle(
      host,
      this.context,
      this.held,
      this.breakpoints,
      this.stepping,
      this.threads,
      progress,
    );
    this.stack = new Stack(this.context, this.held);
    this.scopes = new Scopes(this.context, this.held, this.stack);
    this.variables = new Variables(this.context, this.held);
    this.evaluation = new Evaluation(this.context, this.held, this.stack, this.variables);
    this.connection = new Connection(sendWhileOpen, this.handlers(), (error, command) =>
      this.explain(error, command),
    );
  }

  /** Takes one message of the client. */
  receive(message: unknown): void {
    void this.connection.receive(message);
  }

  /** Leaves the run as it is. */
  dispose(): void {
    this.disposed = true;
    this.lifecycle.leave();
  }

  private handlers(): Handlers {
    return {
      ...this.sessionHandlers(),
      ...this.breakpointHandlers(),
      ...this.steppingHandlers(),
      ...this.inspectionHandlers(),
    };
  }

  private sessionHandlers() {
    return {
      initialize: (args: Args<'initialize'>) => this.initialize(args),
      launch: (configuration: Args<'launch'>) => this.lifecycle.launch(configuration),
      attach: (configuration: Args<'attach'>) => this.lifecycle.attach(configuration),
      restart: (args: Args<'restart'>) => this.lifecycle.restart(args),
      configurationDone: () => this.lifecycle.finishConfiguration(),
      terminate: () => this.lifecycle.terminate(),
      disconnect: (args: Args<'disconnect'>) => this.lifecycle.disconnect(args),
      cancel: ({ requestId }: Args<'cancel'>) => {
        if (requestId !== undefined) this.connection.cancel(requestId);
        return undefined;
      },
    };
  }

  private breakpointHandlers() {
    return {
      setBreakpoints: (args: Args<'setBreakpoints'>) => ({ breakpoints: this.breakpoints.lines(args) }),
      setExceptionBreakpoints: async (args: Args<'setExceptionBreakpoints'>) => ({
        breakpoints: await this.breakpoints.setExceptions(args),
      }),
      setFunctionBreakpoints: async (args: Args<'setFunctionBreakpoints'>) => ({
        breakpoints: await this.breakpoints.setFunctions(args),
      }),
    };
  }

  private steppingHandlers() {
    return {
      pause: () => this.stepping.pause(),
      continue: async () => {
        await this.stepping.advance('continue');
        return { allThreadsContinued: true };
      },
      next: () => this.stepping.advance('over'),
      stepIn: () => this.stepping.advance('into'),
      stepOut: () => this.stepping.advance('out'),
      stepBack: () => this.stepping.advance('back'),
      reverseContinue: () => this.stepping.backToOldest(),
      skipUpdate: () => this.stepping.advance('skip'),
    };
  }

  private inspectionHandlers() {
    return {
      threads: () => ({ threads: this.threads.list() }),
      exceptionInfo: () => this.exceptionInfo(),
      stackTrace: (args: Args<'stackTrace'>) => this.stack.trace(args),
      scopes: async ({ frameId }: Args<'scopes'>) => ({ scopes: await this.scopes.of(frameId) }),
      variables: (args: Args<'variables'>) => this.variables.list(args),
      setVariable: (args: Args<'setVariable'>) => this.variables.set(args),
      setExpression: (args: Args<'setExpression'>) => this.evaluation.set(args),
      evaluate: (args: Args<'evaluate'>) => this.evaluation.evaluate(args),
      completions: (args: Args<'completions'>) => this.evaluation.complete(args),
      saveCheckpoint: (args: Args<'saveCheckpoint'>) => this.saveCheckpoint(args),
    };
  }

  private initialize(args: Args<'initialize'>): Body<'initialize'> {
    this.context.features = readFeatures(args);
    return capabilities(this.context.translate);
  }

  private async exceptionInfo(): Promise<Body<'exceptionInfo'>> {
    const { finding } = this.held.require();
    if (finding === null) throw AdapterError.noFinding();
    return exceptionInfo(finding, await this.held.forensics, this.context.translate);
  }

  /** Of rank 0, which keeps the checkpoints of a training with several. */
  private async saveCheckpoint({ file }: Args<'saveCheckpoint'>): Promise<Body<'saveCheckpoint'>> {
    const { summary } = await this.context.running().request('snapshot', {});
    const extension = summary.runtime?.framework === 'tfjs' ? '' : '.pt';
    const folder = join(summary.directory, 'checkpoints');
    return this.context.inspect(0, 'saveCheckpoint', {
      file: file ?? join(folder, `step-${summary.steps}${extension}`),
    });
  }

  private explain(error: unknown, command: string): DebugProtocol.Message {
    const showUser = !QUIET.includes(command);
    const why = error instanceof AdapterError ? error.text : textOfError(error);
    if (why === undefined)
      return { id: 1, format: error instanceof Error ? error.message : String(error), showUser };
    const action = error instanceof AdapterError ? error.action : undefined;
    const link =
      action === undefined ? {} : { url: action.url, urlLabel: this.context.translate(action.label) };
    return { id: 1, format: this.context.translate(why), showUser, ...link };
  }
}
