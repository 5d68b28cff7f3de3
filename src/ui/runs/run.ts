import * as vscode from 'vscode';
import {
  LIVE_STATUSES,
  type Finding,
  type RunClient,
  type RunSummary,
  type Stop,
} from '../../protocol/runApi.js';
import { Disposable } from '../disposable.js';
import { RunHub } from './hub.js';

/** A run as this window knows it: listed from its directory, and watched through a client while it is live. */
export class Run extends Disposable {
  private readonly changed = this.register(new vscode.EventEmitter<void>());
  private readonly found = this.register(new vscode.EventEmitter<void>());
  private readonly ended = this.register(new vscode.EventEmitter<void>());
  private readonly lost = this.register(new vscode.EventEmitter<void>());
  private readonly byId = new Map<string, Finding>();
  private readonly hub: RunHub;
  private current: RunSummary;
  private held: Stop | null = null;

  /** The summary is another one, or training is held or goes on. */
  readonly onDidChange = this.changed.event;
  /** Findings are more, or say something else. */
  readonly onDidFind = this.found.event;
  readonly onDidEnd = this.ended.event;
  /** The engine went away without having said that the run ended. */
  readonly onDidLose = this.lost.event;

  /** @param folder path of the workspace folder that the run belongs to. */
  constructor(
    summary: RunSummary,
    readonly folder: string,
    openRecord: () => Promise<RunClient>,
  ) {
    super();
    this.current = summary;
    this.hub = this.register(new RunHub(openRecord));
  }

  get directory(): string {
    return this.current.directory;
  }

  get summary(): RunSummary {
    return this.current;
  }

  /** Why training is held, where it is. */
  get stop(): Stop | null {
    return this.held;
  }

  get isLive(): boolean {
    return LIVE_STATUSES.includes(this.current.status);
  }

  get isConnected(): boolean {
    return this.hub.isLive;
  }

  get findings(): readonly Finding[] {
    return [...this.byId.values()];
  }

  /** A client of one's own: of the engine while the run is live, then of its record. */
  share(): RunClient {
    return this.hub.share();
  }

  /** Watches the live run through this client, which is the run's from now on. */
  async connect(client: RunClient): Promise<void> {
    this.hub.connect(client);
    const own = this.register(this.hub.share());
    own.on('progress', ({ summary }) => this.update(summary));
    own.on('findings', ({ findings }) => this.addFindings(findings));
    own.on('stopped', (stop) => this.hold(stop));
    own.on('continued', () => this.hold(null));
    own.on('ended', ({ summary }) => {
      this.held = null;
      this.update(summary);
      own.dispose();
      this.ended.fire();
    });
    own.onClosed(() => {
      this.held = null;
      own.dispose();
      this.lost.fire();
    });
    const snapshot = await own.request('snapshot', {});
    this.addFindings(snapshot.findings);
    if (!this.isConnected) return;
    this.held = snapshot.stop;
    this.update(snapshot.summary);
    if (!this.isLive) this.hub.disconnect();
  }

  /** Reads the findings of a run that is over. */
  async readFindings(): Promise<void> {
    const client = this.share();
    try {
      this.addFindings((await client.request('snapshot', {})).findings);
    } finally {
      client.dispose();
    }
  }

  update(summary: RunSummary): void {
    this.current = summary;
    this.changed.fire();
  }

  private hold(stop: Stop | null): void {
    this.held = stop;
    this.changed.fire();
  }

  private addFindings(findings: readonly Finding[]): void {
    if (findings.length === 0) return;
    for (const finding of findings) this.byId.set(finding.id, finding);
    this.found.fire();
  }
}

export function isPaused({ summary }: Run): boolean {
  return summary.status === 'paused';
}
