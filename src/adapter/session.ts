/**
 * One debug session: a client of one run. Plain DAP, so that any DAP client can use it; where messages come from and
 * go to, and how a run is started, is given to it. Ending the session does not end the training unless it is asked to.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import {
  LIVE_STATUSES,
  type ConsoleChunk,
  type RunClient,
  type RunSnapshot,
  type RunSummary,
} from '../protocol/runApi.js';
import { text, type Text } from '../protocol/values.js';
import { Connection, type Handlers, type Send } from './connection.js';
import { AdapterError } from './errors.js';
import { findSeries, scopes, seriesNames, stepFrame, stepName, threads, variables } from './inspect.js';
import { consoleOutput, endOutput, findingOutput } from './output.js';

export interface AdapterHost {
  /** @param configuration as in launch.json. The session disposes the client. */
  launch(configuration: Record<string, unknown>): Promise<RunClient>;
  attach(configuration: Record<string, unknown>): Promise<RunClient>;
  translate(value: Text): string;
}

const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
};

export class TrainingSession {
  private readonly connection: Connection;
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly translate: (value: Text) => string;
  private readonly found = new Set<string>();
  private readonly configured: Promise<void>;
  private onConfigured: () => void = () => undefined;
  private client: RunClient | undefined;
  private summary: RunSummary | undefined;
  /** The client went away; the run may go on. */
  private left = false;
  private disposed = false;

  constructor(
    private readonly host: AdapterHost,
    send: Send,
  ) {
    this.translate = (value) => host.translate(value);
    this.configured = new Promise((resolve) => (this.onConfigured = resolve));
    const sendWhileOpen: Send = (message) => {
      if (!this.disposed) send(message);
    };
    this.connection = new Connection(sendWhileOpen, this.handlers(), (error) => this.explain(error));
  }

  /** Takes one message of the client. */
  receive(message: unknown): void {
    void this.connection.receive(message);
  }

  /** Leaves the run as it is. */
  dispose(): void {
    this.disposed = true;
    this.leave();
  }

  private handlers(): Handlers {
    return {
      initialize: () => CAPABILITIES,
      launch: (configuration) => this.begin(() => this.host.launch(configuration)),
      attach: (configuration) => this.begin(() => this.host.attach(configuration)),
      configurationDone: () => this.finishConfiguration(),
      setBreakpoints: ({ breakpoints }) => ({
        breakpoints: (breakpoints ?? []).map(() => this.lineBreakpoint()),
      }),
      setExceptionBreakpoints: () => undefined,
      threads: () => ({ threads: this.summary === undefined ? [] : threads(this.summary, this.translate) }),
      pause: () => this.command('pause'),
      continue: () => this.command('resume').then(() => ({ allThreadsContinued: true })),
      next: () => this.refuseStep(),
      stepIn: () => this.refuseStep(),
      stepOut: () => this.refuseStep(),
      stackTrace: async ({ threadId }) => {
        const frame = stepFrame(await this.snapshot(), threadId - 1, this.translate);
        return { stackFrames: [frame], totalFrames: 1 };
      },
      scopes: ({ frameId }) => ({ scopes: scopes(frameId, this.translate) }),
      variables: async ({ variablesReference }) => ({
        variables: variables(await this.snapshot(), variablesReference, this.translate),
      }),
      evaluate: ({ expression, frameId }) => this.evaluate(expression.trim(), (frameId ?? 1) - 1),
      terminate: () => this.command('stop'),
      disconnect: (args) => this.disconnect(args?.terminateDebuggee === true),
    };
  }

  private finishConfiguration(): undefined {
    this.onConfigured();
  }

  /** Clients configure breakpoints after `initialized`; the run begins when they are done. */
  private async begin(open: () => Promise<RunClient>): Promise<undefined> {
    this.connection.event('initialized');
    await this.configured;
    const client = await open();
    if (this.left) {
      client.dispose();
      return undefined;
    }
    this.client = client;
    const snapshot = await client.request('snapshot', {});
    this.print(snapshot.console);
    this.subscribe(client);
    this.report(snapshot.findings);
    this.update(snapshot.summary);
    if (!LIVE_STATUSES.includes(snapshot.summary.status)) this.end(snapshot.summary);
    return undefined;
  }

  private subscribe(client: RunClient): void {
    this.subscriptions.push(
      client.on('progress', ({ summary }) => this.update(summary)),
      client.on('console', (chunks) => this.print(chunks)),
      client.on('findings', ({ findings }) => this.report(findings)),
      client.on('ended', ({ summary }) => this.end(summary)),
      client.onClosed(() => this.lost()),
    );
  }

  /** Tells the client what changed since the last summary. */
  private update(summary: RunSummary): void {
    const before = this.summary;
    this.summary = summary;
    for (let rank = before?.ranks ?? 0; rank < Math.max(1, summary.ranks); rank++) {
      if (before !== undefined && rank === 0) continue;
      this.connection.event('thread', { reason: 'started', threadId: rank + 1 });
    }
    if (summary.status === before?.status) return;
    if (summary.status === 'paused') this.stopped(summary);
    else if (before?.status === 'paused')
      this.connection.event('continued', { threadId: 1, allThreadsContinued: true });
  }

  private stopped(summary: RunSummary): void {
    const description = this.translate(text('Paused: {0}', this.translate(stepName(summary))));
    this.connection.event('stopped', { reason: 'pause', description, threadId: 1, allThreadsStopped: true });
  }

  private print(chunks: readonly ConsoleChunk[]): void {
    for (const output of chunks.flatMap((chunk) => consoleOutput(chunk, this.translate))) {
      this.connection.event('output', output);
    }
  }

  /** Each finding once; it is updated in place later. */
  private report(findings: RunSnapshot['findings']): void {
    for (const finding of findings.filter(({ id }) => !this.found.has(id))) {
      this.found.add(finding.id);
      this.connection.event('output', findingOutput(finding, this.translate));
    }
  }

  private end(summary: RunSummary): void {
    this.summary = summary;
    this.connection.event('output', endOutput(summary, this.translate));
    this.connection.event('exited', { exitCode: summary.exitCode ?? 1 });
    this.connection.event('terminated');
    this.leave();
  }

  private lost(): void {
    const words = this.translate(
      text('The connection to the training is lost. What it recorded is in the Runs view.'),
    );
    this.connection.event('output', { category: 'stderr', output: `${words}\n` });
    this.connection.event('terminated');
    this.leave();
  }

  private leave(): void {
    this.left = true;
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    this.client?.dispose();
    this.client = undefined;
  }

  private async command(method: 'pause' | 'resume' | 'stop'): Promise<undefined> {
    await this.running().request(method, {});
  }

  private async disconnect(terminate: boolean): Promise<undefined> {
    this.onConfigured();
    if (terminate && this.client !== undefined) await this.client.request('stop', {});
    this.leave();
  }

  private async snapshot(): Promise<RunSnapshot> {
    return this.running().request('snapshot', {});
  }

  private running(): RunClient {
    if (this.client === undefined) throw AdapterError.notStarted();
    return this.client;
  }

  private refuseStep(): never {
    throw AdapterError.stepping();
  }

  private lineBreakpoint(): DebugProtocol.Breakpoint {
    return {
      verified: false,
      message: this.translate(text('A training does not stop at lines yet; pause it instead.')),
    };
  }

  /** A name of a series gives its last value: `loss`, `gradNorm`, `lr/0`. */
  private async evaluate(name: string, rank: number): Promise<DebugProtocol.EvaluateResponse['body']> {
    const snapshot = await this.snapshot();
    const series = findSeries(snapshot, rank, name);
    if (series === undefined) throw AdapterError.unknownName(name, seriesNames(snapshot, rank));
    return { result: String(series.last), type: 'float', variablesReference: 0 };
  }

  private explain(error: unknown): DebugProtocol.Message {
    if (!(error instanceof AdapterError)) {
      return { id: 1, format: error instanceof Error ? error.message : String(error), showUser: true };
    }
    const { action } = error;
    const link = action === undefined ? {} : { url: action.url, urlLabel: this.translate(action.label) };
    return { id: 1, format: this.translate(error.text), showUser: true, ...link };
  }
}
