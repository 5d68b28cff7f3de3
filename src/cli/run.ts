import { rmSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { mergeRuleSettings } from '../diagnosis/options.js';
import { parseLaunchConfig } from '../engine/launch/config.js';
import { createRunDirectory } from '../engine/recorder/index.js';
import { serveRun, type ServedRun } from '../engine/serve.js';
import type { Finding, LaunchConfig, RunSnapshot } from '../protocol/runApi.js';
import type { RunArguments } from './arguments.js';
import { checkWritable, statusOf, writeResults } from './files.js';
import { readNamedConfig } from './launchJson.js';
import { readTrainingCommand } from './trainingCommand.js';
import { closingWords, foundLine, statusLine } from './words.js';

/** Milliseconds between lines of progress where there is no terminal to show a status line in. */
const PROGRESS_EVERY = 30_000;

export function runsDirectoryOf(workspace: string): string {
  return join(workspace, '.training-debugger', 'runs');
}

/** Runs a training in the foreground and returns the exit status of the command. */
export async function runTraining(given: RunArguments, engineScript: string): Promise<number> {
  const config = launchConfig(given, process.cwd());
  checkWritable(given);
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
  showProgress(served);
  sayFindings(served);
  await served.session.ended;
  const snapshot = await served.session.request('snapshot', {});
  await served.done;
  for (const line of closingWords(snapshot, process.cwd())) say(line);
  await writeResults(given, snapshot);
  return exitStatus(snapshot, given.failOn);
}

function launchConfig(given: RunArguments, cwd: string): LaunchConfig {
  const named = given.config === null ? {} : readNamedConfig(cwd, given.config, process.env);
  const name = given.name === null ? {} : { name: given.name };
  const resume = given.resume === null ? {} : { resumeFrom: resolve(cwd, given.resume) };
  const training = given.training.length === 0 ? named : withTyped(named, given.training, cwd);
  const raw = { ...training, ...name, ...resume };
  const config = parseLaunchConfig(raw, { workspace: cwd, runsDirectory: runsDirectoryOf(cwd) });
  // Nobody is there to go on from an entry.
  return { ...config, stopOnEntry: false, rules: mergeRuleSettings(config.rules, given.rules) };
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

/** At the foot of a terminal; elsewhere, as in CI, a line now and then. */
function showProgress({ session }: ServedRun): void {
  const terminal = process.stderr.isTTY;
  let last = Date.now();
  session.subscribe((notification, params) => {
    if (notification !== 'progress' || !('summary' in params)) return;
    if (terminal) {
      session.showStatus(statusLine(params.summary, process.stderr.columns || 80));
    } else if (Date.now() - last >= PROGRESS_EVERY) {
      last = Date.now();
      session.say(ownLine(statusLine(params.summary, Infinity)));
    }
  });
}

/** Says each problem once, as soon as it is found; all that is known of it comes at the end. */
function sayFindings({ session }: ServedRun): void {
  const said = new Set<string>();
  session.subscribe((notification, params) => {
    if (notification !== 'findings' || !('findings' in params)) return;
    for (const finding of params.findings.filter((one) => isNews(one, said))) {
      said.add(finding.rule);
      session.say(ownLine(foundLine(finding, process.cwd())));
    }
  });
}

function isNews({ cause, rule, severity }: Finding, said: ReadonlySet<string>): boolean {
  return cause === null && !said.has(rule) && (severity === 'error' || severity === 'warning');
}

function exitStatus({ summary, findings }: RunSnapshot, failOn: RunArguments['failOn']): number {
  const status = summary.exitCode ?? 1;
  return status === 0 ? statusOf(findings, failOn) : status;
}

export function say(line: string): void {
  process.stderr.write(`${ownLine(line)}\n`);
}

function ownLine(line: string): string {
  return `training-debugger: ${line}`;
}
