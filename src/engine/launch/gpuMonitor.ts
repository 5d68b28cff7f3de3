import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { text, type Text } from '../../protocol/values.js';
import { findNvidiaSmi, nvidiaSmiArguments, parseGpuLine, type GpuInfo } from './gpus.js';

const SECONDS = 1;

export interface GpuEvents {
  measured(gpu: GpuInfo): void;
  /** Why nothing is measured, or nothing more. */
  unavailable(problem: Text): void;
}

/** Reads memory and load of some GPUs each second, from one nvidia-smi that runs as long as this. */
export class GpuMonitor {
  private process: ChildProcess | null = null;

  constructor(
    private readonly gpus: readonly number[],
    private readonly env: Readonly<Record<string, string | undefined>>,
    private readonly events: GpuEvents,
  ) {}

  start(): void {
    const file = findNvidiaSmi(this.env);
    if (file === null) {
      this.events.unavailable(
        text('Memory and load of the GPUs are not recorded, because nvidia-smi is not on the PATH.'),
      );
      return;
    }
    const args = [...nvidiaSmiArguments(), '-i', this.gpus.join(','), '-l', String(SECONDS)];
    const child = spawn(file, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
      env: { ...this.env },
    });
    this.process = child;
    createInterface(child.stdout).on('line', (line) => this.accept(line));
    child.on('error', (error) => this.ended(error.message));
    child.on('exit', (code) => this.ended(`exit code ${code ?? 'unknown'}`));
  }

  stop(): void {
    const running = this.process;
    this.process = null;
    running?.kill();
  }

  private accept(line: string): void {
    const gpu = parseGpuLine(line);
    if (gpu !== null && this.process !== null) this.events.measured(gpu);
  }

  private ended(reason: string): void {
    if (this.process === null) return;
    this.process = null;
    this.events.unavailable(
      text('nvidia-smi ended ({0}), so memory and load of the GPUs are not recorded.', reason),
    );
  }
}
