import { spawn, type ChildProcess } from 'node:child_process';
import type { ConsoleChunk } from '../../protocol/runApi.js';
import type { FromRunner, RunnerStart, ToRunner } from './runnerProtocol.js';

/** How a training ended. */
export type TrainingEnd =
  | { kind: 'exited'; exitCode: number | null; signal: NodeJS.Signals | null; stderrTail: string }
  | { kind: 'unstartable'; code: string; message: string }
  /** The runner was killed, so nobody saw how it ended. */
  | { kind: 'unseen' };

export interface TrainingEvents {
  started(pid: number): void;
  console(chunks: ConsoleChunk[]): void;
  consoleLog(problem: string | null): void;
  ended(end: TrainingEnd): void;
}

/** The engine's end of a training process, which the runner owns. */
export class Training {
  private pidSeen: number | null = null;
  private over = false;
  private readonly runner: ChildProcess;

  constructor(
    engineScript: string,
    start: RunnerStart,
    private readonly events: TrainingEvents,
  ) {
    const through = start.foreground ? 'inherit' : 'ignore';
    this.runner = spawn(process.execPath, [engineScript, 'runner'], {
      // The terminal's Ctrl+C is for the one who reads it, not for the training behind it.
      detached: true,
      windowsHide: true,
      stdio: [through, through, start.foreground ? 'inherit' : process.stderr, 'ipc'],
    });
    this.listen(this.runner);
    this.tell(start);
  }

  /** Null until it runs. */
  get pid(): number | null {
    return this.pidSeen;
  }

  get ended(): boolean {
    return this.over;
  }

  showStatus(line: string): void {
    this.tell({ type: 'status', line });
  }

  say(line: string): void {
    this.tell({ type: 'say', line });
  }

  private tell(message: ToRunner): void {
    if (this.runner.connected) this.runner.send(message, () => undefined);
  }

  private listen(runner: ChildProcess): void {
    runner.on('message', (message: FromRunner) => this.accept(message));
    runner.on('error', (error: NodeJS.ErrnoException) => {
      this.end({ kind: 'unstartable', code: error.code ?? 'unknown', message: error.message });
    });
    // Messages still in the channel come before this.
    runner.on('disconnect', () => this.end({ kind: 'unseen' }));
  }

  private accept(message: FromRunner): void {
    switch (message.type) {
      case 'started':
        this.pidSeen = message.pid;
        this.events.started(message.pid);
        break;
      case 'console':
        this.events.console(message.chunks);
        break;
      case 'consoleLog':
        this.events.consoleLog(message.problem);
        break;
      case 'unstartable':
        this.end({ kind: 'unstartable', code: message.code, message: message.message });
        break;
      case 'exited': {
        const { exitCode, signal, stderrTail } = message;
        this.end({ kind: 'exited', exitCode, signal, stderrTail });
      }
    }
  }

  private end(end: TrainingEnd): void {
    if (this.over) return;
    this.over = true;
    // It stays for as long as processes that the training left behind may print.
    this.runner.unref();
    this.runner.channel?.unref();
    this.events.ended(end);
  }
}
