/** The runs of a folder, each as far as it can be read: one damaged run does not hide the others. */
import { readdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { LIVE_STATUSES, type RunSummary } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { engineIsAlive } from './engineFile.js';
import { emptySummary, readManifest, type RunManifest } from './manifest.js';
import { isRunId } from './runDirectory.js';

/** Newest first; empty where there is no such folder. */
export function listRuns(runsDirectory: string): RunSummary[] {
  return runFolders(resolve(runsDirectory)).map(runSummary);
}

/** What is known of one run. A run whose engine was killed is `lost`; one that cannot be read, `damaged`. */
export function runSummary(directory: string): RunSummary {
  try {
    return withTrueStatus(readManifest(directory), directory);
  } catch (error) {
    return damagedSummary(directory, error);
  }
}

function damagedSummary(directory: string, error: unknown): RunSummary {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    ...emptySummary(basename(directory), directory),
    problem: text('The record of this run is damaged: {0}', reason),
    startedAt: startFromId(basename(directory)),
  };
}

/** A directory may have been moved since; the manifest says where it was. */
function withTrueStatus(manifest: RunManifest, directory: string): RunSummary {
  const summary = { ...manifest.summary, directory };
  if (!LIVE_STATUSES.includes(summary.status) || elsewhere(manifest) || engineIsAlive(directory))
    return summary;
  const problem = text(
    'The process that recorded this run was ended. What it had recorded until then is kept.',
  );
  return { ...summary, status: 'lost', problem: summary.problem ?? problem };
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
