/**
 * The process between engine and training: a small one, which owns the training's output. An engine that is killed
 * leaves it, so the training's standard streams stay open and its output still goes to the console log.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { ConsoleLog } from './consoleLog.js';
import type { FromRunner, RunnerStart, ToRunner } from './runnerProtocol.js';
import { ShownStream } from './shownConsole.js';
import { StatusLine } from './statusLine.js';

const SHOW_EVERY = 100;
const TAIL_BYTES = 64 * 1024;
/** Milliseconds that output may still come after the training ended, from a process it left behind. */
const DRAIN = 1000;

export function runRunner(): void {
  // It ends with the training, and not before it.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  let runner: Runner | null = null;
  process.on('message', (message: ToRunner) => {
    if (message.type === 'status') {
      runner?.status.set(message.line);
      return;
    }
    if (message.type === 'say') {
      runner?.status.say(message.line);
      return;
    }
    runner = new Runner(message);
    runner.start();
  });
}

class Runner {
  readonly status = new StatusLine(process.stderr);
  private readonly log: ConsoleLog;
  private readonly shown = { stdout: new ShownStream('stdout'), stderr: new ShownStream('stderr') };
  private stderrTail = Buffer.alloc(0);
  private showing = false;
  /** Messages that have not left this process. */
  private underway = 0;
  private leaving = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: RunnerStart) {
    this.log = new ConsoleLog(options.consoleFile, (problem) => this.send({ type: 'consoleLog', problem }));
  }

  start(): void {
    const { command, foreground } = this.options;
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: [foreground ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) this.unstartable(error);
    });
    if (child.pid === undefined) return;
    this.send({ type: 'started', pid: child.pid });
    this.listen(child.stdout, 'stdout', process.stdout);
    this.listen(child.stderr, 'stderr', process.stderr);
    this.awaitEnd(child);
  }

  private unstartable(error: NodeJS.ErrnoException): void {
    this.send({ type: 'unstartable', code: error.code ?? 'unknown', message: error.message });
    this.leave();
  }

  private listen(stream: Readable | null, name: 'stdout' | 'stderr', own: Writable): void {
    const through = this.options.foreground ? passThrough(stream, own, this.status) : () => undefined;
    stream?.on('data', (bytes: Buffer) => {
      through(bytes);
      this.log.write(bytes);
      if (name === 'stderr') this.keepTail(bytes);
      this.shown[name].push(bytes);
      this.showSoon();
    });
  }

  private keepTail(bytes: Buffer): void {
    this.stderrTail = Buffer.concat([this.stderrTail, bytes]).subarray(-TAIL_BYTES);
  }

  private showSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.show();
    }, SHOW_EVERY);
  }

  /** One message at a time is on its way, so that a slow engine costs no memory here. */
  private show(): void {
    if (this.showing) return;
    const chunks = [this.shown.stdout, this.shown.stderr]
      .filter((part) => !part.empty)
      .map((part) => part.take());
    if (chunks.length === 0) return;
    this.showing = true;
    this.send({ type: 'console', chunks }, () => {
      this.showing = false;
      if (!this.shown.stdout.empty || !this.shown.stderr.empty) this.showSoon();
    });
  }

  private awaitEnd(child: ChildProcess): void {
    let told = false;
    const tell = (): void => {
      if (told) return;
      told = true;
      this.showing = false;
      this.show();
      this.status.set('');
      const { exitCode, signalCode: signal } = child;
      this.send({ type: 'exited', exitCode, signal, stderrTail: this.stderrTail.toString('utf8') });
    };
    child.once('exit', () => setTimeout(tell, DRAIN).unref());
    // Comes when the streams have ended too: processes that the training left behind may still write.
    child.once('close', () => {
      tell();
      this.log.close();
      this.leave();
    });
  }

  private send(message: FromRunner, sent: () => void = () => undefined): void {
    if (!process.connected || process.send === undefined) {
      sent();
      return;
    }
    this.underway++;
    process.send(message, undefined, {}, () => {
      this.underway--;
      sent();
      if (this.leaving) this.leave();
    });
  }

  /** Ends this process once what was sent has left. */
  private leave(): void {
    this.leaving = true;
    if (this.underway > 0) return;
    if (this.timer !== null) clearTimeout(this.timer);
    if (process.connected) process.disconnect();
  }
}

/** Writes to our own stream as fast as it takes; once it is closed, as by `| head`, the training goes on without. */
function passThrough(from: Readable | null, to: Writable, status: StatusLine): (bytes: Buffer) => void {
  let open = true;
  to.on('error', () => {
    open = false;
    from?.resume();
  });
  return (bytes) => {
    if (!open || status.around(bytes, () => to.write(bytes))) return;
    from?.pause();
    to.once('drain', () => from?.resume());
  };
}
