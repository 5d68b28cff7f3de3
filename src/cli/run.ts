import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { parseLaunchConfig } from '../engine/launch/config.js';
import { createRunDirectory } from '../engine/recorder/index.js';
import { serveRun, type ServedRun } from '../engine/serve.js';
import type { LaunchConfig, RunSnapshot, Severity } from '../protocol/runApi.js';
import { UsageError, type RunArguments } from './arguments.js';
import { readNamedConfig } from './launchJson.js';
import { buildReport } from './report.js';
import { readTrainingCommand } from './trainingCommand.js';
import { closingWords, statusLine } from './words.js';

/** Exit status where the script ended well and `--fail-on` says that it should not count as such. */
export const FAILED_ON_FINDING = 3;

export function runsDirectoryOf(workspace: string): string {
  return join(workspace, '.training-debugger', 'runs');
}

/** Runs a training in the foreground and returns the exit status of the command. */
export async function runTraining(given: RunArguments, engineScript: string): Promise<number> {
  const config = launchConfig(given, process.cwd());
  if (given.json !== null) checkWritable(resolve(given.json));
  const { id, directory } = createRunDirectory(config.runsDirectory, config.name);
  let served: ServedRun;
  try {
    served = await serveRun({ config, id, directory }, engineScript, true);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  say(`recording to ${relative(process.cwd(), directory)}`);
  stopOnSignals(served);
  showStatus(served);
  await served.session.ended;
  const snapshot = await served.session.request('snapshot', {});
  await served.done;
  for (const line of closingWords(snapshot, process.cwd())) say(line);
  if (given.json !== null)
    writeFileSync(resolve(given.json), `${JSON.stringify(buildReport(snapshot), null, 2)}\n`);
  return exitStatus(snapshot, given.failOn);
}

/** Before the training rather than after it. */
function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function launchConfig(given: RunArguments, cwd: string): LaunchConfig {
  const named = given.config === null ? {} : readNamedConfig(cwd, given.config, process.env);
  const name = given.name === null ? {} : { name: given.name };
  const raw = { ...(given.training.length === 0 ? named : withTyped(named, given.training, cwd)), ...name };
  return parseLaunchConfig(raw, { workspace: cwd, runsDirectory: runsDirectoryOf(cwd) });
}

/** What is typed replaces what the configuration runs; the rest of it stays. */
function withTyped(
  named: Record<string, unknown>,
  training: readonly string[],
  cwd: string,
): Record<string, unknown> {
  const { program: _program, module: _module, args: _args, ...kept } = named;
  const typed = readTrainingCommand(training, process.env);
  return { name: typed.module ?? basename(typed.program ?? ''), cwd, ...kept, ...typed };
}

/** The first asks the script to end after its step; a second ends it. */
function stopOnSignals({ session }: ServedRun): void {
  let asked = false;
  const stop = (): void => {
    say(asked ? 'ending the training now' : 'stopping after this step; press Ctrl+C again to end it at once');
    asked = true;
    void session.request('stop', {});
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

function showStatus({ session }: ServedRun): void {
  if (!process.stderr.isTTY) return;
  session.subscribe((notification, params) => {
    if (notification !== 'progress' || !('summary' in params)) return;
    session.showStatus(statusLine(params.summary, process.stderr.columns || 80));
  });
}

function exitStatus({ summary, findings }: RunSnapshot, failOn: RunArguments['failOn']): number {
  const status = summary.exitCode ?? 1;
  if (status !== 0 || failOn === null) return status;
  const counted: readonly Severity[] = failOn === 'error' ? ['error'] : ['error', 'warning'];
  return findings.some(({ severity }) => counted.includes(severity)) ? FAILED_ON_FINDING : 0;
}

export function say(line: string): void {
  process.stderr.write(`training-debugger: ${line}\n`);
}
