import { killTree, signalTree, type TreeOptions } from './processTree.js';

/** Milliseconds that each stage of a stop is given before the next. */
export const STOP_PATIENCE = { probe: 10_000, interrupt: 2000, terminate: 1000 };

export interface StopTarget {
  /** Leader of the process tree; null where nothing runs. */
  pid(): number | null;
  ended(): boolean;
  /** Asks the probes to end training between two steps; the number of them that were asked. */
  askProbes(): number;
  tree: TreeOptions;
}

/**
 * Ends a training: first through its probes, which lets the script end as after Ctrl+C; then by signals to the whole
 * tree. Each further request goes to the signals at once.
 */
export class Stopper {
  private stage = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly target: StopTarget,
    private readonly patience = STOP_PATIENCE,
  ) {}

  get requested(): boolean {
    return this.stage > 0;
  }

  request(): void {
    if (this.stage === 0) this.enter(1);
    else if (this.stage <= 2) this.enter(3);
    else this.enter(4);
  }

  /** To be called when the process runs: a stop may have been requested before. */
  targetStarted(): void {
    if (this.stage > 0) this.enter(this.stage);
  }

  /** To be called when the leader has ended: what it left behind goes too. */
  async finish(): Promise<void> {
    this.cancel();
    const pid = this.target.pid();
    if (pid !== null) await killTree(pid, this.target.tree);
  }

  private cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** 1 the probes are asked, 2 SIGINT, 3 SIGTERM, 4 SIGKILL. */
  private enter(stage: number): void {
    this.cancel();
    this.stage = stage;
    const pid = this.target.pid();
    if (pid === null || this.target.ended()) return;
    if (stage === 1) this.askProbes();
    else if (stage === 2) this.signal(pid, 'SIGINT', this.patience.interrupt);
    else if (stage === 3) this.signal(pid, 'SIGTERM', this.patience.terminate);
    else void killTree(pid, this.target.tree);
  }

  private askProbes(): void {
    if (this.target.askProbes() > 0) this.later(this.patience.probe);
    else this.enter(2);
  }

  private signal(pid: number, signal: NodeJS.Signals, patience: number): void {
    signalTree(pid, signal, this.target.tree);
    this.later(patience);
  }

  private later(patience: number): void {
    this.timer = setTimeout(() => this.enter(this.stage + 1), patience);
  }
}
