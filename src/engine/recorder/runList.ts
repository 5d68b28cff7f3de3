/** The runs of a folder, each as far as it can be read: one damaged run does not hide the others. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { LIVE_STATUSES, type RunSummary } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { engineIsAlive } from './engineFile.js';
import { emptySummary, readManifest, type RunManifest } from './manifest.js';
import { isRunId, RUN_FILES } from './runDirectory.js';

/** Seconds that an engine may take from the run's directory to its first word. */
const STARTING = 15;

/** Newest first; empty where there is no such folder. */
export function listRuns(runsDirectory: string): RunSummary[] {
  return runFolders(resolve(runsDirectory)).map(runSummary);
}

/** What is known of one run. A run whose engine was killed is `lost`; one that cannot be read, `damaged`. */
export function runSummary(directory: string): RunSummary {
  try {
    return withTrueStatus(readManifest(directory), directory);
  } catch (error) {
    return unreadableSummary(directory, error);
  }
}

function unreadableSummary(directory: string, error: unknown): RunSummary {
  const summary = {
    ...emptySummary(basename(directory), directory),
    startedAt: startFromId(basename(directory)),
  };
  const missing = !existsSync(join(directory, RUN_FILES.manifest));
  if (missing && isStarting(summary.startedAt)) return { ...summary, status: 'starting' };
  const reason = error instanceof Error ? error.message : String(error);
  return { ...summary, problem: text('The record of this run is damaged: {0}', reason) };
}

/** A directory may have been moved since; the manifest says where it was. */
function withTrueStatus(manifest: RunManifest, directory: string): RunSummary {
  const summary = { ...manifest.summary, directory };
  if (!LIVE_STATUSES.includes(summary.status) || elsewhere(manifest) || isServed(directory, manifest))
    return summary;
  const problem = text(
    'The process that recorded this run was ended. What it had recorded until then is kept.',
  );
  return { ...summary, status: 'lost', problem: summary.problem ?? problem };
}

/** An engine that starts writes the manifest before it can be reached. */
function isServed(directory: string, manifest: RunManifest): boolean {
  const named = existsSync(join(directory, RUN_FILES.engine));
  return named ? engineIsAlive(directory) : isStarting(manifest.startedAt);
}

function isStarting(startedAt: number): boolean {
  return Math.abs(Date.now() / 1000 - startedAt) < STARTING;
}

/** On a shared disk another machine's processes cannot be seen: its word is taken. */
function elsewhere(manifest: RunManifest): boolean {
  return manifest.machine.host !== hostname();
}

function runFolders(runsDirectory: string): string[] {
  return entries(runsDirectory)
    .filter(isRunId)
    .map((name) => join(runsDirectory, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    .sort()
    .reverse();
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function startFromId(id: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(id) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? 0 : time / 1000;
}
