// Starting and stopping the embedded workbench.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../exec.mjs';
import { SetupError } from '../log.mjs';
import { isWindows } from '../paths.mjs';
import { linkBuiltins } from './builtins.mjs';
import { writeLanguagePack } from './chinese.mjs';
import { writeSettings } from './settings.mjs';

const host = '127.0.0.1';
const startupSeconds = 60;

/** A port of loopback that is free now; `wanted` itself where it is free. */
function freePort(wanted = 0) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error) => (wanted === 0 ? reject(error) : resolve(freePort(0))));
    server.listen(wanted, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Makes the extension in `folder` an installed one. */
async function linkExtension(folder, extensions) {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  await mkdir(extensions, { recursive: true });
  await rm(path.join(extensions, 'extensions.json'), { force: true });
  const link = path.join(extensions, `${publisher}.${name}-${version}`);
  await rm(link, { force: true, recursive: true });
  await symlink(folder, link, isWindows ? 'junction' : 'dir');
}

function serverArguments({ home, data, port, locale, builtins, driver }) {
  return [
    path.join(home, 'out', 'server-main.js'),
    ...[
      '--host',
      host,
      '--port',
      String(port),
      '--without-connection-token',
      '--accept-server-license-terms',
    ],
    ...['--server-data-dir', data, '--user-data-dir', path.join(data, 'data')],
    ...['--extensions-dir', path.join(data, 'ext'), '--logsPath', path.join(data, 'logs')],
    ...['--telemetry-level', 'off', '--disable-workspace-trust', '--disable-experiments'],
    ...(builtins === undefined ? [] : ['--builtin-extensions-dir', builtins]),
    ...(locale === undefined ? [] : ['--locale', locale]),
    ...(driver ? ['--enable-smoke-test-driver'] : []),
  ];
}

async function answers(url) {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function waitUntilUp(child, url, words) {
  const deadline = Date.now() + startupSeconds * 1000;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new SetupError('The workbench did not start.', 'See its last words above.', words());
    await sleep(100);
  }
}

async function stopServer(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(patience);
}

/**
 * Starts the embedded workbench.
 * @param {{
 *   home: string, node: string, data: string,
 *   extension?: string, vsix?: string, port?: number, settings?: object, locale?: string,
 *   env?: NodeJS.ProcessEnv, builtins?: string[], driver?: boolean,
 * }} options `home`: from ensureWorkbench; `node`: from ensureNode; `data`: folder for settings, logs and installed
 *   extensions; `extension`: a folder to run as an extension, or `vsix`: a package to install; `builtins`: only the
 *   built-in extensions the tests need, and these; `driver`: lets extension-host tests be started
 * @returns {Promise<{
 *   port: number, pid: number, url: (folder: string) => string, stop: () => Promise<void>, ended: Promise<void>,
 * }>}
 */
export async function startWorkbench(options) {
  const { home, node, data, extension, vsix } = options;
  const port = await freePort(options.port);
  const temporary = path.join(data, 'tmp');
  await mkdir(temporary, { recursive: true });
  await writeSettings(data, options.settings);
  if (options.locale === 'zh-cn') await writeLanguagePack(data);
  if (extension !== undefined) await linkExtension(extension, path.join(data, 'ext'));
  const builtins =
    options.builtins && (await linkBuiltins(home, path.join(data, 'builtins'), options.builtins));
  const args = serverArguments({ ...options, port, builtins });
  const env = { ...process.env, ...options.env, TMPDIR: temporary };
  if (vsix !== undefined) await installVsix({ node, args, vsix, env });

  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data) => (words = (words + data).slice(-4000)));
  try {
    await waitUntilUp(child, `http://${host}:${port}/version`, () => words);
  } catch (error) {
    await stopServer(child);
    throw error;
  }
  return {
    port,
    pid: child.pid,
    url: (folder) => `http://${host}:${port}/?folder=${encodeURI(folder)}`,
    stop: () => stopServer(child),
    ended: new Promise((resolve) => child.once('exit', resolve)),
  };
}

/** Before the server runs: into a running one an installation is sometimes lost. */
async function installVsix({ node, args, vsix, env }) {
  const { code, tail } = await run(node, [...args, '--install-extension', vsix], { env });
  if (code === 0) return;
  throw new SetupError(`Could not install ${vsix}.`, 'See the message above.', tail);
}
