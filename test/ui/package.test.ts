/** The VSIX: what is in it, and that a workbench which knows nothing of the repository runs it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listFiles } from '@vscode/vsce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository, Session } from './lib/session.js';
import { until } from './lib/until.js';

/** What may be in the package, besides what is named one by one. */
const expected = [
  /^package\.json$/,
  /^package\.nls(\.zh-cn)?\.json$/,
  /^(README|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^l10n\/[^/]+\.json$/,
  /^media\/[^/]+\.(svg|png|md)$/,
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
  'LICENSE',
];

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'td-package-'));
  const vsix = join(folder, 'training-debugger.vsix');
  let session: Session;
  let files: string[];

  beforeAll(async () => {
    execFileSync(process.execPath, [join(repository, 'scripts', 'package.mjs'), '--out', vsix], {
      stdio: 'pipe',
    });
    files = await listFiles({ cwd: repository, dependencies: [], packageManager: 0 });
    session = await Session.start({ workspace: 'examples/pytorch', vsix });
  });
  afterAll(async () => {
    await session.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds only what it needs', () => {
    expect(files.filter((file) => !expected.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(needed));
  });

  test('is built for release', () => {
    expect(readFileSync(join(repository, 'dist', 'extension.js'), 'utf8')).not.toContain('sourceMappingURL');
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
