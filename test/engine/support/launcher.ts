/** A process of its own that launches a run, for tests which then kill it. */
import { dirname, join } from 'node:path';
import { launchRun } from '../../../src/engine/client.js';
import { parseLaunchConfig } from '../../../src/engine/launch/config.js';

const workspace = process.argv[2] ?? '';
const config = parseLaunchConfig(
  { program: 'train.py', args: ['--steps', '2000'], interpreter: process.env['TD_PYTHON'] ?? 'python3' },
  { workspace, runsDirectory: join(workspace, '.training-debugger', 'runs') },
);
const engineScript = join(dirname(process.argv[1] ?? ''), 'engine.js');

void launchRun(config, { node: process.execPath, engineScript }).then(({ directory, client }) => {
  client.onClosed(() => process.exit(1));
  process.stdout.write(`${directory}\n`);
});
