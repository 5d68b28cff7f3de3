import type { LaunchConfig } from '../../protocol/runApi.js';
import { text } from '../../protocol/values.js';
import { buildArguments, checkFiles } from './command.js';
import { trainingEnvironment, userEnvironment, type ProbeAddress } from './environment.js';
import { findInterpreter, hasModule, type Interpreter } from './interpreters.js';
import { LaunchError } from './launchError.js';
import type { TrainingCommand } from './runnerProtocol.js';

export interface Prepared {
  interpreter: Interpreter;
  /** What comes after the interpreter. */
  args: string[];
  /** The environment as a person's own shell would give it. */
  user: Record<string, string>;
}

/** Finds out all that a start needs, and throws a `LaunchError` where something is missing. Starts nothing. */
export async function prepareLaunch(
  config: LaunchConfig,
  own: NodeJS.ProcessEnv,
  probes: string,
): Promise<Prepared> {
  checkFiles(config);
  const user = userEnvironment(config, own);
  const interpreter = await findInterpreter(config, user);
  await checkDebugger(config, interpreter, user);
  return { interpreter, args: buildArguments(config, interpreter, probes), user };
}

/** Python's debugger is a package of its own. */
async function checkDebugger(
  { debuggerPort }: LaunchConfig,
  { runtime, file }: Interpreter,
  user: Record<string, string>,
): Promise<void> {
  if (debuggerPort === undefined || runtime !== 'python' || (await hasModule(file, 'debugpy', user))) return;
  throw new LaunchError(
    text(
      'The Python debugger is not installed for {0}. Install it with: {0} -m pip install debugpy, or set “debugger” to false.',
      file,
    ),
    'debugger',
  );
}

export function trainingCommand(
  config: LaunchConfig,
  prepared: Prepared,
  probe: ProbeAddress,
): TrainingCommand {
  const { interpreter, args, user } = prepared;
  return { file: interpreter.file, args, cwd: config.cwd, env: trainingEnvironment(config, user, probe) };
}
