/** `training-debugger dap`: the debug adapter on standard input and output, for any client of the protocol. */
import { AdapterError } from '../adapter/errors.js';
import { english } from '../adapter/output.js';
import { TrainingSession, type AdapterHost } from '../adapter/session.js';
import { readMessages, writeMessage } from '../adapter/stream.js';
import { attachRun, launchRun } from '../engine/client.js';
import { LaunchError, parseLaunchConfig } from '../engine/launch/config.js';
import type { RunClient } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import { findRun } from './findRun.js';
import { runsDirectoryOf } from './run.js';

/**
 * Serves one session. Trainings have engines of their own, so that they outlive the client, and this process.
 * @returns the exit status, when the client has gone.
 */
export async function serveDap(engineScript: string, cwd: string): Promise<number> {
  const { stdin, stdout } = process;
  const session = new TrainingSession(hostIn(cwd, engineScript), (message) => writeMessage(stdout, message));
  const problem = await new Promise<Error | null>((resolve) => {
    readMessages(stdin, (message) => session.receive(message), resolve);
    stdin.once('end', () => resolve(null));
    stdin.once('error', resolve);
    stdout.once('error', resolve);
  });
  session.dispose();
  stdin.destroy();
  if (problem === null) return 0;
  process.stderr.write(`training-debugger: ${problem.message}\n`);
  return 2;
}

function hostIn(cwd: string, engineScript: string): AdapterHost {
  const runsDirectory = runsDirectoryOf(cwd);
  return {
    launch: (configuration) => launch(configuration, { workspace: cwd, runsDirectory }, engineScript),
    attach: async ({ run }) => attachRun(findRun(typeof run === 'string' ? run : 'latest', runsDirectory)),
    translate: english,
  };
}

async function launch(
  configuration: Record<string, unknown>,
  defaults: { workspace: string; runsDirectory: string },
  engineScript: string,
): Promise<RunClient> {
  if (configuration['debugger'] === true)
    throw new AdapterError(
      text('“debugger” works in VS Code only, which has the debuggers of the languages: leave it out.'),
    );
  try {
    const config = parseLaunchConfig(configuration, defaults);
    return (await launchRun(config, { node: process.execPath, engineScript })).client;
  } catch (error) {
    throw error instanceof LaunchError ? new AdapterError(error.problem) : error;
  }
}
