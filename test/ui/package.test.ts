/** The VSIX: what is in it, and that a workbench which knows nothing of the repository runs it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotFailures } from './lib/failures.js';
import { repository, Session } from './lib/session.js';
import { until } from './lib/until.js';

/** What may be in the package, besides what is named one by one. */
const expected = [
  /^package\.json$/,
  /^package\.nls(\.zh-cn)?\.json$/,
  /^(readme|changelog)\.md$/,
  /^LICENSE\.txt$/,
  /^\.vsixmanifest$/,
  /^l10n\/[^/]+\.json$/,
  /^media\/(walkthrough\/)?[^/]+\.(svg|png|md)$/,
  /^docs\/rules\/[^/]+\.md$/,
  /^examples\/(pytorch|tfjs)\/([^/]+\.(py|m?js|md|txt|json)|data\/[^/]+|\.vscode\/launch\.json)$/,
  /^dist\/(extension|engine|cli)\.js$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
  /^dist\/webview\/panel\.(js|css)$/,
  /^dist\/probes\/tfjs\/[^/]+\.(cjs|mjs|wasm)$/,
  /^dist\/probes\/pytorch\/(site|training_debugger_probe)\/([^/]+\/)*[^/]+\.py$/,
];
const needed = [
  'package.json',
  'package.nls.json',
  'dist/extension.js',
  'dist/engine.js',
  'dist/cli.js',
  'dist/webview/panel.js',
  'dist/webview/panel.css',
  'dist/probes/tfjs/preload.cjs',
  'dist/probes/pytorch/site/sitecustomize.py',
  'dist/probes/pytorch/training_debugger_probe/__init__.py',
  'examples/pytorch/data/digits.csv',
  'LICENSE.txt',
];

/** What the workbench unpacked, below the extension's own folder. */
function installedFiles(extensions: string): string[] {
  const [folder] = readdirSync(extensions).filter((name) => name.startsWith('training-debugger.'));
  const entries = readdirSync(join(extensions, folder ?? ''), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(join(extensions, folder ?? ''), join(entry.parentPath, entry.name))
        .split(sep)
        .join('/'),
    );
}

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'td-package-'));
  const vsix = join(folder, 'training-debugger.vsix');
  let session: Session;
  screenshotFailures(() => session);
  let files: string[];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(repository, 'scripts', 'package.mjs'), '--out', vsix], {
      stdio: 'pipe',
    });
    session = await Session.start({ workspace: 'examples/pytorch', vsix });
    files = installedFiles(session.extensions);
  });
  afterAll(async () => {
    await session.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds only what it needs', () => {
    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(needed));
  });

  test('holds no source maps', () => {
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
  });

  test('installs, and trains the example', async () => {
    const { workbench } = session;
    await workbench.openFile('digits_healthy.py');
    await workbench.runCommand('Training: Start Training');
    await workbench.pick('Digits (healthy)');
    await until('steps on the panel', async () => (await workbench.panel.tile('Step')) > 10);
    expect(await workbench.panel.findings.count()).toBe(0);
    expect(workbench.pageErrors).toEqual([]);
  });
});
