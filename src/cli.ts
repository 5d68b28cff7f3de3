/** The command `training-debugger`: the engine from a terminal, without VS Code. */
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArguments, UsageError } from './cli/arguments.js';
import { serveDap } from './cli/dap.js';
import { replay } from './cli/replay.js';
import { runTraining, runsDirectoryOf, say } from './cli/run.js';
import { printRuns } from './cli/runs.js';
import { versionAtLeast } from './engine/launch/interpreters.js';
import { installedVersion } from './engine/serve.js';

const HELP = `Usage:
  training-debugger run [OPTIONS] -- COMMAND…   run a training and watch it: python train.py, python -m pkg,
                                                node train.js, torchrun --nproc_per_node 2 train.py
  training-debugger replay [OPTIONS] RUN        diagnose a recorded run again, by the rules of this version; RUN is
                                                a run's directory, its id, or latest
  training-debugger runs [--json]               list the runs of this folder
  training-debugger dap                         be a debug adapter on standard input and output, for an editor that
                                                speaks the Debug Adapter Protocol (docs/dap.md)

Options of run:
  --name NAME        what the run is called in lists
  --config NAME      start from this configuration of .vscode/launch.json; COMMAND may then be left out
  --resume FILE      go on from this checkpoint: model, optimizer, scheduler, loss scale and random state

Options of run and replay:
  --json FILE        write what was found as JSON (docs/report.schema.json)
  --html FILE        write a report with charts, as one page that needs nothing else
  --fail-on LEVEL    exit with 3 where the script ended well but has findings of level error, or warning and up
  --rule ID=LEVEL    off, error, warning, info or hint, for one rule; may be given several times
  --threshold ID.NAME=VALUE
                     set a threshold of a rule (docs/rules); may be given several times

  --help, --version

The script's output passes through unchanged; what the command itself says goes to stderr. The exit status is the
script's, 2 where it could not be started. That of replay is 0, 3 by --fail-on, 2 where there is no such run.
`;

const OLDEST_NODE = [22, 15] as const;
const NOT_STARTED = 2;

async function main(): Promise<number> {
  if (!versionAtLeast(process.version, ...OLDEST_NODE)) {
    say(`needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.version}.`);
    return NOT_STARTED;
  }
  const script = realpathSync(process.argv[1] ?? '');
  const engineScript = join(dirname(script), 'engine.js');
  const given = readArguments(process.argv.slice(2));
  switch (given.command) {
    case 'run':
      return runTraining(given, engineScript);
    case 'replay':
      return replay(given, runsDirectoryOf(process.cwd()), say);
    case 'runs':
      printRuns(runsDirectoryOf(process.cwd()), given.json);
      return 0;
    case 'dap':
      return serveDap(engineScript, process.cwd());
    case 'version':
      process.stdout.write(`${installedVersion(engineScript)}\n`);
      return 0;
    case 'help':
      process.stdout.write(HELP);
      return 0;
  }
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    if (error instanceof UsageError) process.stderr.write('Try: training-debugger --help\n');
    process.exitCode = NOT_STARTED;
  },
);
