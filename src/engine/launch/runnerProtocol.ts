/** Engine <-> runner, over the channel of `child_process`. */
import type { ConsoleChunk } from '../../protocol/runApi.js';

export interface TrainingCommand {
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
}

export interface RunnerStart {
  type: 'start';
  command: TrainingCommand;
  /** Gets every byte the training prints. */
  consoleFile: string;
  /** Hand the output and input of the runner itself through to the training, as a terminal would. */
  foreground: boolean;
}

export type ToRunner =
  | RunnerStart
  /** A line to show below what the training prints, in the foreground. */
  | { type: 'status'; line: string }
  /** A line of our own among what the training prints, in the foreground. */
  | { type: 'say'; line: string };

export type FromRunner =
  | { type: 'started'; pid: number }
  /** The command could not be started: `ENOENT`, `EACCES` … */
  | { type: 'unstartable'; code: string; message: string }
  | { type: 'console'; chunks: ConsoleChunk[] }
  /** The console log cannot be written; `null` once it can again. */
  | { type: 'consoleLog'; problem: string | null }
  | { type: 'exited'; exitCode: number | null; signal: NodeJS.Signals | null; stderrTail: string };
