/** `run.json`: everything needed to know what a run was and to do it again. */
import { readFileSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import type { LaunchConfig, RunStatus, RunSummary } from '../../protocol/runApi.js';
import type { ProbeMessage } from '../../protocol/telemetry.js';
import { writeFileAtomic } from './atomicFile.js';
import type { GitState } from './git.js';
import { RUN_FILES } from './runDirectory.js';

/** Of the manifest; a newer one is not read. */
export const MANIFEST_SCHEMA = 1;

export interface RunManifest {
  schema: typeof MANIFEST_SCHEMA;
  id: string;
  name: string;
  status: RunStatus;
  /** Seconds since 1970. */
  startedAt: number;
  endedAt: number | null;
  exitCode: number | null;
  exitSignal: string | null;
  /** As the training process was started. */
  command: string[];
  config: LaunchConfig;
  hyperparameters: LaunchConfig['hyperparameters'];
  /** Python or Node as it was run. */
  interpreter: { path: string; language: 'python' | 'node'; version: string } | null;
  packages: Record<string, string>;
  /** Random seeds by generator: `torch`, `numpy`, `python` … */
  seeds: Record<string, number>;
  device: { backend: string; name: string; gpus: number[] } | null;
  git: GitState | null;
  machine: {
    host: string;
    os: string;
    release: string;
    architecture: string;
    cpus: string[];
    memory: number;
  };
  engine: { version: string; node: string };
  summary: RunSummary;
}

/** The manifest cannot be used; the message says why. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/** A manifest for a run that is about to start. `version` is this extension's. */
export function newManifest(run: {
  id: string;
  directory: string;
  config: LaunchConfig;
  command: string[];
  version: string;
}): RunManifest {
  const { id, config, command } = run;
  const startedAt = Date.now() / 1000;
  return {
    schema: MANIFEST_SCHEMA,
    id,
    name: config.name,
    status: 'starting',
    startedAt,
    endedAt: null,
    exitCode: null,
    exitSignal: null,
    command,
    config,
    hyperparameters: config.hyperparameters,
    interpreter: null,
    packages: {},
    seeds: {},
    device: null,
    git: null,
    machine: thisMachine(),
    engine: { version: run.version, node: process.version },
    summary: { ...emptySummary(id, run.directory), name: config.name, status: 'starting', startedAt },
  };
}

/** A summary in which nothing is known but where the run is. */
export function emptySummary(id: string, directory: string): RunSummary {
  return {
    id,
    name: id,
    directory,
    status: 'damaged',
    problem: null,
    problemSource: null,
    startedAt: 0,
    endedAt: null,
    exitCode: null,
    steps: 0,
    epoch: null,
    totalSteps: null,
    totalEpochs: null,
    loss: { first: null, last: null, best: null, bestStep: null },
    validation: null,
    runtime: null,
    ranks: 0,
    findings: { error: 0, warning: 0, info: 0, hint: 0 },
  };
}

/** What a message tells for the manifest: interpreter, packages, seeds, device. The lowest rank's word counts. */
export function learn(manifest: RunManifest, rank: number, message: ProbeMessage): void {
  if (message.type === 'hello' && (rank === 0 || !manifest.interpreter)) {
    const path = manifest.interpreter?.path ?? manifest.command[0] ?? message.language;
    manifest.interpreter = { path, language: message.language, version: message.languageVersion };
    manifest.packages = message.packages;
  }
  if (message.type === 'runtime' && (rank === 0 || !manifest.device)) {
    manifest.device = { backend: message.backend, name: message.device, gpus: message.gpus };
    manifest.seeds = { ...manifest.seeds, ...message.seeds };
  }
}

/** Replaces `run.json` whole. Throws where the disk does not take it; the old one is then still there. */
export function writeManifest(directory: string, manifest: RunManifest): void {
  writeFileAtomic(join(directory, RUN_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Throws `ManifestError` where it is missing, not whole or newer than this version. */
export function readManifest(directory: string): RunManifest {
  const raw = parse(join(directory, RUN_FILES.manifest));
  if (typeof raw !== 'object' || raw === null) throw new ManifestError('run.json does not hold an object.');
  const manifest = raw as Partial<RunManifest>;
  if (Number(manifest.schema) > MANIFEST_SCHEMA) {
    throw new ManifestError('A newer version of Training Debugger wrote run.json; update to read it.');
  }
  const summary = manifest.summary as Partial<RunSummary> | undefined;
  if (!manifest.config || !manifest.machine || !summary?.status || !summary.loss || !summary.findings) {
    throw new ManifestError('run.json lacks the configuration, the machine or the summary of the run.');
  }
  return manifest as RunManifest;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new ManifestError('run.json is missing.');
    const reason = error instanceof Error ? error.message : String(error);
    throw new ManifestError(`run.json cannot be read: ${reason}`, { cause: error });
  }
}

function thisMachine(): RunManifest['machine'] {
  return {
    host: hostname(),
    os: platform(),
    release: release(),
    architecture: arch(),
    cpus: [...new Set(cpus().map((cpu) => cpu.model))],
    memory: totalmem(),
  };
}
