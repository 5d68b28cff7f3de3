/** `npm run panel -- <run directory>`: shows a run, live or recorded, in a plain browser. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { attachRun } from '../../engine/client.js';
import { servePanel } from './browserServer.js';
import type { PanelActions } from './panelSession.js';

const USAGE = 'Usage: npm run panel -- <run directory> [--port N] [--locale LANGUAGE]';

/** @param assets folder that holds panel.js, panel.css and themes.css. */
export async function main(argv: string[], assets: string): Promise<void> {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { port: { type: 'string' }, locale: { type: 'string', default: 'en' } },
  });
  const directory = path.resolve(positionals[0] ?? fail(USAGE));
  if (!(await stat(directory).catch(() => null))?.isDirectory())
    fail(`${directory} is not a folder.\n${USAGE}`);
  const { address } = await servePanel({
    client: await attachRun(directory),
    assets: await readAssets(assets),
    actions: browserActions(directory),
    settings: {
      locale: values.locale,
      translations: await readTranslations(values.locale),
      controllable: false,
    },
    view: { x: 'step', logScale: false, smoothing: 0.6, rank: 0 },
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  process.stdout.write(`${address}\n`);
}

/** What an editor would do is not there: files are saved in the folder in which the command was given. */
function browserActions(directory: string): PanelActions {
  const missing = () => Promise.reject(new Error('This works in the editor only.'));
  return {
    rerun: missing,
    openSource: missing,
    openRule: missing,
    openConsole: missing,
    chooseCsvFile: () => Promise.resolve(path.resolve(`${path.basename(directory)}.csv`)),
    savePng: (name, data) => writeFile(path.resolve(`${path.basename(directory)}-${name}.png`), data),
    viewChanged: () => undefined,
    log: (message) => void process.stderr.write(`${message}\n`),
  };
}

async function readAssets(folder: string): Promise<Record<string, string>> {
  const names = ['panel.js', 'panel.css', 'themes.css'];
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
}

async function readTranslations(locale: string): Promise<Record<string, string>> {
  if (locale === 'en') return {};
  const file = path.resolve('l10n', `bundle.l10n.${locale.toLowerCase()}.json`);
  return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
}

function fail(message: string): never {
  throw new Error(message);
}
