/** All that the page knows: a snapshot, and what changed since. Views read it and hear which parts changed. */
import type { PanelView, ToPanel } from '../src/protocol/panel.js';
import {
  LIVE_STATUSES,
  type Finding,
  type RunSnapshot,
  type RunSummary,
  type SeriesInfo,
  type Stop,
} from '../src/protocol/runApi.js';
import { assertNever } from '../src/protocol/values.js';
import type { Range } from './charts/range.js';
import { ConsoleBuffer } from './consoleBuffer.js';

/** `run`: summary, stop, changes, losses, places, notices, checks; `failure`: a request that failed. */
export type Part = 'run' | 'series' | 'findings' | 'console' | 'view' | 'range' | 'failure';
export type StateMessage = Exclude<ToPanel, { type: 'reply' | 'failed' }>;

export const DEFAULT_VIEW: PanelView = { x: 'step', logScale: false, smoothing: 0.6, rank: 0 };

export class Store {
  snapshot: RunSnapshot | null = null;
  view: PanelView = DEFAULT_VIEW;
  controllable = false;
  /** What all charts show, in units of `view.x`; null: the whole run. */
  range: Range | null = null;
  failure: string | null = null;
  readonly console = new ConsoleBuffer();
  private readonly listeners = new Map<Part, Set<() => void>>();

  constructor(private readonly viewChanged: (view: PanelView) => void = () => undefined) {}

  on(parts: readonly Part[], listener: () => void): void {
    for (const part of parts) {
      const listeners = this.listeners.get(part) ?? new Set();
      this.listeners.set(part, listeners.add(listener));
    }
  }

  apply(message: StateMessage): void {
    switch (message.type) {
      case 'snapshot':
        this.replace(message);
        break;
      case 'unavailable':
        this.setFailure(message.message);
        break;
      case 'progress':
        this.progress(message.summary, message.series);
        break;
      case 'findings':
        this.merge(message.findings);
        break;
      case 'console':
        message.chunks.forEach((chunk) => this.console.push(chunk));
        this.changed('console');
        break;
      case 'stopped':
        this.setStop(message.stop);
        break;
      case 'continued':
        this.setStop(null);
        break;
      case 'ended':
        this.setStop(null);
        this.progress(message.summary, []);
        break;
      default:
        assertNever(message);
    }
  }

  /** Whether something may still come. */
  get isLive(): boolean {
    return this.snapshot !== null && LIVE_STATUSES.includes(this.snapshot.summary.status);
  }

  series(name: string, rank = this.view.rank): SeriesInfo | undefined {
    return this.snapshot?.series.find((one) => one.name === name && one.rank === rank);
  }

  setView(change: Partial<PanelView>): void {
    const axisChanged = change.x !== undefined && change.x !== this.view.x;
    this.view = { ...this.view, ...change };
    this.viewChanged(this.view);
    if (axisChanged) this.setRange(null);
    this.changed('view');
  }

  setRange(range: Range | null): void {
    this.range = range;
    this.changed('range');
  }

  setFailure(message: string | null): void {
    this.failure = message;
    this.changed('failure');
  }

  private setStop(stop: Stop | null): void {
    if (!this.snapshot) return;
    this.snapshot.stop = stop;
    this.changed('run');
  }

  private replace(message: Extract<ToPanel, { type: 'snapshot' }>): void {
    const first = this.snapshot === null;
    this.snapshot = message.snapshot;
    this.controllable = message.controllable;
    // Later ones only describe the run anew: how the page looks and what it printed are already here.
    if (first) {
      this.view = message.view;
      message.snapshot.console.forEach((chunk) => this.console.push(chunk));
    }
    this.changed('run', 'series', 'findings', 'console', 'view');
  }

  private progress(summary: RunSummary, series: SeriesInfo[]): void {
    if (!this.snapshot) return;
    this.snapshot.summary = summary;
    for (const info of series) {
      const index = this.snapshot.series.findIndex((one) => one.name === info.name && one.rank === info.rank);
      if (index < 0) this.snapshot.series.push(info);
      else this.snapshot.series[index] = info;
    }
    this.changed('run', ...(series.length > 0 ? (['series'] as const) : []));
  }

  private merge(findings: Finding[]): void {
    if (!this.snapshot) return;
    for (const finding of findings) {
      const index = this.snapshot.findings.findIndex((one) => one.id === finding.id);
      if (index < 0) this.snapshot.findings.push(finding);
      else this.snapshot.findings[index] = finding;
    }
    this.changed('findings');
  }

  private changed(...parts: Part[]): void {
    const listeners = new Set(parts.flatMap((part) => [...(this.listeners.get(part) ?? [])]));
    for (const listener of listeners) listener();
  }
}
