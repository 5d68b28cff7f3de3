/** How clients come to a run: by launching it, or by its directory. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchConfig, RunClient } from '../protocol/runApi.js';
import type { EngineOrder, EngineReply } from './engineOrder.js';
import { LaunchError } from './launch/launchError.js';
import { connectLiveRun } from './liveRun.js';
import { createRunDirectory, engineIsAlive, openRecordedRun, readEngineFile } from './recorder/index.js';

export interface LaunchOptions {
  /** Node executable of the engine: VS Code's own, or that of the command. */
  node: string;
  /** `dist/engine.js`. */
  engineScript: string;
  /** Added to our own environment. */
  env?: Record<string, string>;
}

export interface LaunchedRun {
  id: string;
  directory: string;
  client: RunClient;
}

/** Milliseconds that an engine which is busy starting or ending is waited for. */
const CONNECT_PATIENCE = 3000;

/**
 * Starts a run in an engine of its own, which outlives this process. Rejects with an error that a person can read, a
 * `LaunchError` where the configuration is at fault; nothing is left of the run then.
 */
export async function launchRun(config: LaunchConfig, options: LaunchOptions): Promise<LaunchedRun> {
  const { id, directory } = createRunDirectory(config.runsDirectory, config.name);
  try {
    await startEngine({ config, id, directory }, options);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return { id, directory, client: await attachRun(directory) };
}

async function startEngine(order: EngineOrder, { node, engineScript, env }: LaunchOptions): Promise<void> {
  const logFile = openSync(join(order.directory, 'engine.log'), 'a', 0o600);
  try {
    const engine = spawn(node, ['--disable-warning=ExperimentalWarning', engineScript, 'engine'], {
      cwd: order.directory,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', logFile, logFile, 'ipc'],
      env: { ...process.env, ...env, ELECTRON_RUN_AS_NODE: '1' },
    });
    await untilServing(engine, order);
    engine.unref();
  } finally {
    closeSync(logFile);
  }
}

function untilServing(engine: ChildProcess, order: EngineOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.once('message', (reply: EngineReply) => {
      if (reply.type === 'serving') resolve();
      else
        reject(
          reply.problem === null ? new Error(reply.message) : new LaunchError(reply.problem, reply.field),
        );
    });
    engine.once('error', (error) => reject(new Error(`The engine could not be started: ${error.message}`)));
    engine.once('exit', (code, signal) => {
      reject(new Error(`The engine ended at its start (${signal ?? `exit code ${code}`}).`));
    });
    engine.send(order, (error) => {
      if (error !== null) reject(new Error(`The engine could not be reached: ${error.message}`));
    });
  });
}

/** The run of a directory: live where its engine answers, else what is recorded of it. */
export async function attachRun(directory: string): Promise<RunClient> {
  const end = Date.now() + CONNECT_PATIENCE;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    const engine = readEngineFile(directory);
    if (engine === null || !engineIsAlive(directory)) return openRecordedRun(directory);
    try {
      return await connectLiveRun(engine.socket, engine.token);
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
