// `npm start`: the extension in a real VS Code, with a sample workspace and a first training.
//   npm start                  opens VS Code: yours where "code" is on the PATH, else one in the browser
//   npm start -- --browser     always the one in the browser
//   npm start -- --port 8000   at this port
//   npm start -- --headless    the same training, in this terminal
import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, installPackages } from './lib/build.mjs';
import { canUseDesktop, openDesktop } from './lib/desktop.mjs';
import { ensureEnvironment } from './lib/environments.mjs';
import { SetupError, printFailure, step, warn } from './lib/log.mjs';
import { ensureNode } from './lib/node24.mjs';
import { localCache, root } from './lib/paths.mjs';
import { findPythonWithTorch } from './lib/python.mjs';
import { prepareSample } from './lib/sample.mjs';
import { stopRuns } from './lib/stopRuns.mjs';
import { ensureWorkbench } from './lib/workbench/install.mjs';
import { startWorkbench } from './lib/workbench/serve.mjs';

function readArguments() {
  const options = {
    headless: { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
    port: { type: 'string', default: '8080' },
  };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new SetupError(error.message, 'Known options: --headless, --browser, --port NUMBER.');
  }
}

/** PyTorch where it can be had, else TensorFlow.js, which npm alone brings. */
async function chooseSample(node) {
  try {
    const requirements = path.join(root, 'examples', 'pytorch', 'requirements.txt');
    const python = (await findPythonWithTorch()) ?? (await ensureEnvironment(requirements, 'PyTorch'));
    const sample = await prepareSample('pytorch', { 'trainingDebugger.pythonInterpreter': python });
    return { ...sample, interpreter: python };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    warn(`No PyTorch here (${error.message} ${error.remedy}) Using the TensorFlow.js sample instead.`);
    return { ...(await prepareSample('tfjs', {})), interpreter: node };
  }
}

/** Ends with the training's own exit status. */
function runHeadless(node, { folder, script, interpreter }) {
  const cli = path.join(root, 'dist', 'cli.js');
  const child = spawn(node, [cli, 'run', '--', interpreter, path.basename(script)], {
    cwd: folder,
    stdio: 'inherit',
  });
  // Ctrl+C reaches the command as well, which stops the training gracefully; this script waits for it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  child.on('exit', (code) => (process.exitCode = code ?? 1));
}

async function runInBrowser(node, sample, env, port) {
  const workbench = await startWorkbench({
    home: await ensureWorkbench(),
    node,
    data: path.join(localCache, 'workbench'),
    extension: root,
    port,
    env,
  });
  if (port !== 0 && workbench.port !== port) warn(`Port ${port} is taken, so another one is used.`);
  const stop = async () => {
    step('Stopping');
    await Promise.all([stopRuns(sample.folder), workbench.stop()]);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop());
  console.log(
    `\n  VS Code is at  ${workbench.url(sample.folder)}\n\n  Open it in a browser. Ctrl+C here ends it.\n`,
  );
  await workbench.ended;
}

async function main() {
  const { headless, browser, port } = readArguments();
  await installPackages();
  await build();
  const node = await ensureNode();
  const sample = await chooseSample(node);
  if (headless) return runHeadless(node, sample);
  const env = {
    TRAINING_DEBUGGER_PYTHON: sample.interpreter,
    TRAINING_DEBUGGER_FIRST_RUN: sample.script,
  };
  if (!browser && (await canUseDesktop())) {
    step('Opening VS Code');
    if (await openDesktop(sample.folder, root, { ...process.env, ...env })) return;
    warn('"code" did not open a window; using the one in the browser.');
  }
  await runInBrowser(node, sample, env, Number(port));
}

main().catch((error) => {
  printFailure(error);
  process.exitCode = 1;
});
