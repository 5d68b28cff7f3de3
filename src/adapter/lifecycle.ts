/** How a session begins and ends. Ending it does not end the training unless that is asked for. */
import { text } from '../protocol/values.js';
import {
  LIVE_STATUSES,
  type ConsoleChunk,
  type Finding,
  type RunClient,
  type RunSummary,
} from '../protocol/runApi.js';
import type { Breakpoints } from './breakpoints.js';
import type { Context } from './context.js';
import { AdapterError } from './errors.js';
import type { Held } from './held.js';
import { consoleOutput, endOutput, findingOutput } from './output.js';
import type { Progress } from './progress.js';
import type { Args } from './requests.js';
import type { AdapterHost } from './session.js';
import type { Stepping } from './stepping.js';
import type { Threads } from './threads.js';

type Configuration = Record<string, unknown>;

export class Lifecycle {
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly found = new Set<string>();
  private readonly configured: Promise<void>;
  private onConfigured: () => void = () => undefined;
  private request: 'launch' | 'attach' = 'launch';
  /** The client went away; the run may go on. */
  private left = false;

  constructor(
    private readonly host: AdapterHost,
    private readonly context: Context,
    private readonly held: Held,
    private readonly breakpoints: Breakpoints,
    private readonly stepping: Stepping,
    private readonly threads: Threads,
    private readonly progress: Progress,
  ) {
    this.configured = new Promise((resolve) => (this.onConfigured = resolve));
  }

  launch(configuration: Configuration): Promise<undefined> {
    return this.begin('launch', configuration, () => this.start());
  }

  attach(configuration: Configuration): Promise<undefined> {
    this.context.event('capabilities', { capabilities: { supportsRestartRequest: false } });
    return this.begin('attach', configuration, () => this.host.attach(configuration));
  }

  finishConfiguration(): undefined {
    this.onConfigured();
  }

  /** Ends this run and starts another with the same configuration, or what the client has made of it. */
  async restart(args: Args<'restart'>): Promise<undefined> {
    if (this.request === 'attach') throw AdapterError.restartAttached();
    await this.endRun();
    this.context.configuration = (args.arguments ?? this.context.configuration) as Configuration;
    await this.open(() => this.start());
  }

  async terminate(): Promise<undefined> {
    await this.context.running().request('stop', {});
  }

  /** What this client has set goes with it, and a training that is held goes on. */
  async disconnect({ terminateDebuggee, suspendDebuggee }: Args<'disconnect'>): Promise<undefined> {
    this.onConfigured();
    const { run } = this.context;
    if (run !== undefined && terminateDebuggee === true) await run.request('stop', {});
    else if (run !== undefined) await this.goWithoutUs(run, suspendDebuggee === true);
    this.leave();
  }

  leave(): void {
    this.left = true;
    this.detach();
  }

  /** Clients configure breakpoints after `initialized`; the run begins when they are done. */
  private async begin(
    request: 'launch' | 'attach',
    configuration: Configuration,
    open: () => Promise<RunClient>,
  ): Promise<undefined> {
    this.request = request;
    this.context.configuration = configuration;
    this.context.event('initialized');
    await this.configured;
    await this.open(open);
    if (request === 'attach') await this.breakpoints.send().catch(() => undefined);
  }

  /** Breakpoints go along, so that they hold from the first step on. */
  private start(): Promise<RunClient> {
    return this.host.launch({ ...this.context.configuration, breakpoints: this.breakpoints.all });
  }

  private async open(open: () => Promise<RunClient>): Promise<void> {
    const client = await open();
    if (this.left) {
      client.dispose();
      return;
    }
    this.context.run = client;
    const snapshot = await client.request('snapshot', {});
    this.print(snapshot.console);
    this.subscribe(client);
    this.report(snapshot.findings);
    this.update(snapshot.summary);
    if (snapshot.stop !== null) this.stepping.stopped(snapshot.stop);
    if (!LIVE_STATUSES.includes(snapshot.summary.status)) this.end(snapshot.summary);
  }

  private subscribe(client: RunClient): void {
    this.subscriptions.push(
      client.on('progress', ({ summary }) => this.update(summary)),
      client.on('console', (chunks) => this.print(chunks)),
      client.on('findings', ({ findings }) => this.report(findings)),
      client.on('stopped', (stop) => this.stepping.stopped(stop)),
      client.on('continued', () => this.stepping.continued()),
      client.on('ended', ({ summary }) => this.end(summary)),
      client.onClosed(() => this.lost()),
    );
  }

  private update(summary: RunSummary): void {
    this.context.summary = summary;
    this.threads.update(summary);
    if (this.held.stop === null) this.progress.report(summary);
  }

  private print(chunks: readonly ConsoleChunk[]): void {
    for (const output of chunks.flatMap((chunk) => consoleOutput(chunk, this.context.translate))) {
      this.context.print(output);
    }
  }

  /** Each finding once; it is updated in place later. */
  private report(findings: readonly Finding[]): void {
    for (const finding of findings.filter(({ id }) => !this.found.has(id))) {
      this.found.add(finding.id);
      this.context.print(findingOutput(finding, this.context.translate));
    }
  }

  private end(summary: RunSummary): void {
    this.context.summary = summary;
    this.progress.end();
    this.context.print(endOutput(summary, this.context.translate));
    this.threads.end();
    this.context.event('exited', { exitCode: summary.exitCode ?? 1 });
    this.context.event('terminated');
    this.leave();
  }

  private lost(): void {
    const words = this.context.translate(
      text('The connection to the training is lost. What it recorded is in the Runs view.'),
    );
    this.progress.end();
    this.context.print({ category: 'stderr', output: `${words}\n` });
    this.context.event('terminated');
    this.leave();
  }

  /** Ends the run, not the session. */
  private async endRun(): Promise<void> {
    const { run } = this.context;
    if (run === undefined) return;
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    const ended = new Promise<void>((resolve) => {
      run.on('ended', () => resolve());
      run.onClosed(resolve);
    });
    await run.request('stop', {});
    await ended;
    this.progress.end();
    this.threads.end();
    this.found.clear();
    this.detach();
  }

  private async goWithoutUs(run: RunClient, suspend: boolean): Promise<void> {
    const { stop } = this.held;
    try {
      await this.breakpoints.remove();
      if (stop !== null && !suspend) await run.request('advance', { how: 'continue' });
    } catch {
      // The run has ended meanwhile: nothing is left to be let go.
    }
  }

  private detach(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.dispose();
    this.stepping.end();
    this.progress.end();
    this.context.run?.dispose();
    this.context.run = undefined;
  }
}
