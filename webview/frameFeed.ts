/** Keeps the frames that visible charts need: one question at a time, for what is stale only. */
import type { PanelFrame, PanelRequest } from '../src/protocol/panel.js';
import type { ReplyTo } from './requests.js';
import type { Range } from './charts/range.js';
import type { Scheduler } from './scheduler.js';
import type { Store } from './store.js';

type FramesRequest = Extract<PanelRequest, { kind: 'frames' }>;

export interface FeedSource {
  ask(request: FramesRequest): Promise<ReplyTo<FramesRequest>>;
}

/** A chart that is in view. */
export interface Demand {
  readonly series: readonly string[];
  /** Pixels of the plot. */
  readonly width: number;
  /** `awaited`: a person zoomed or chose, and waits for these frames. */
  framesChanged(awaited: boolean): void;
}

interface Held {
  /** What was asked for: rank, axis, range and width. */
  view: string;
  points: number;
  frame: PanelFrame;
}

/** Widths are rounded up to this many pixels, so that a resize by a few does not fetch everything anew. */
const WIDTH_GRAIN = 64;
const RETRY_MS = 2000;

export class FrameFeed {
  private readonly demands = new Set<Demand>();
  private readonly held = new Map<string, Held>();
  private asking = false;

  constructor(
    private readonly source: FeedSource,
    private readonly store: Store,
    private readonly scheduler: Scheduler,
  ) {
    store.on(['series', 'view'], () => this.scheduler.later(this.update));
    // At once: the answer is under way while the charts paint what is at hand.
    store.on(['range'], this.update);
    document.addEventListener('visibilitychange', () => this.scheduler.later(this.update));
  }

  add(demand: Demand): void {
    this.demands.add(demand);
    this.scheduler.later(this.update);
  }

  remove(demand: Demand): void {
    this.demands.delete(demand);
  }

  /** The frames at hand, stale or not, of the rank and axis that are shown. */
  framesFor(series: readonly string[]): Map<string, PanelFrame> {
    const prefix = this.axisKey();
    return new Map(
      series.flatMap((name) => {
        const held = this.held.get(name);
        return held?.view.startsWith(prefix) ? [[name, held.frame] as const] : [];
      }),
    );
  }

  /** From the first to the last position of the whole run, as far as frames have told. */
  wholeRange(): Range {
    const { snapshot, view } = this.store;
    const ends = [...this.held.values()].filter((held) => held.view.startsWith(this.axisKey()));
    const last = ends.map(({ frame }) => frame.x[frame.x.length - 1] ?? 0);
    const first = ends.map(({ frame }) => frame.x[0] ?? Infinity);
    const steps = view.x === 'step' ? (snapshot?.series ?? []).map((info) => info.lastStep) : [];
    this.whole = {
      from: Math.min(this.whole.from, 0, ...first),
      to: Math.max(this.whole.to, ...last, ...steps),
    };
    return this.whole.to > this.whole.from ? this.whole : { from: this.whole.from, to: this.whole.from + 1 };
  }

  private whole: Range = { from: 0, to: 0 };
  private wholeOf = '';

  private axisKey(): string {
    const key = `${this.store.view.rank}|${this.store.view.x}|`;
    if (key !== this.wholeOf) {
      this.wholeOf = key;
      this.whole = { from: 0, to: 0 };
    }
    return key;
  }

  private readonly update = (): void => {
    if (this.asking || document.hidden || !this.store.snapshot) return;
    const width =
      Math.ceil(Math.max(0, ...[...this.demands].map((one) => one.width)) / WIDTH_GRAIN) * WIDTH_GRAIN;
    const view = this.viewKey(width);
    const wanted = new Set([...this.demands].flatMap((demand) => demand.series));
    const stale = [...wanted].filter((name) => this.isStale(name, view));
    if (width > 0 && stale.length > 0) void this.fetch(stale, view, width);
  };

  private isStale(name: string, view: string): boolean {
    const [held, info] = [this.held.get(name), this.store.series(name)];
    return info !== undefined && (held?.view !== view || held.points !== info.points);
  }

  private viewKey(width: number): string {
    const { range } = this.store;
    return `${this.axisKey()}${range ? `${range.from}:${range.to}` : ''}|${width}`;
  }

  private async fetch(series: string[], view: string, width: number): Promise<void> {
    this.asking = true;
    const points = new Map(series.map((name) => [name, this.store.series(name)?.points ?? 0]));
    try {
      const awaited = series.some((name) => this.held.get(name)?.view !== view);
      const { rank, x } = this.store.view;
      const reply = await this.source.ask({ kind: 'frames', rank, series, x, width, ...this.margin(width) });
      for (const frame of reply.frames)
        this.held.set(frame.series, { view, points: points.get(frame.series) ?? 0, frame });
      this.asking = false;
      this.store.setFailure(null);
      this.goOn(view, width);
      for (const demand of this.demands)
        if (demand.series.some((name) => points.has(name))) demand.framesChanged(awaited);
    } catch (error) {
      this.store.setFailure(error instanceof Error ? error.message : String(error));
      setTimeout(() => {
        this.asking = false;
        this.update();
      }, RETRY_MS);
    }
  }

  /** A view that was changed meanwhile is asked for at once, data that came meanwhile in their turn. */
  private goOn(view: string, width: number): void {
    if (this.viewKey(width) === view) this.scheduler.later(this.update);
    else this.update();
  }

  /** The range with two buckets on each side, so that lines run on to the edges. */
  private margin(width: number): { from?: number; to?: number } {
    const { range } = this.store;
    if (!range) return {};
    const extra = (2 * (range.to - range.from)) / width;
    return { from: range.from - extra, to: range.to + extra };
  }
}
