/** What a newcomer meets: F5 without launch.json, examples, lists of what went wrong, settings as documented. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  answering,
  ended,
  listedRun,
  manifestOf,
  replacing,
  runDirectories,
  startTraining,
  trainingScript,
  until,
  workspaceFolder,
  writeScript,
} from './support.js';

describe('a newcomer', function () {
  this.timeout(180_000);

  it('presses F5 on a script with no configuration', async () => {
    await vscode.window.showTextDocument(await writeScript('f5.py', trainingScript(10)));
    const before = new Set(runDirectories());
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.equal(
      await vscode.debug.startDebugging(folder, { type: 'training', request: 'launch', name: '' }),
      true,
    );
    const directory = await until('a run', () => runDirectories().find((one) => !before.has(one)));
    const { config, status } = await ended(directory);
    assert.equal(config.program, vscode.Uri.joinPath(workspaceFolder(), 'f5.py').fsPath);
    assert.equal(status, 'completed');
  });

  it('is told to open a script when there is none to start', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const before = runDirectories().length;
    const asked = await answering('showErrorMessage', undefined, async () =>
      vscode.debug.startDebugging(undefined, { type: 'training', request: 'launch', name: 'x' }),
    );
    assert.match(String(asked[0]?.[0]), /open a Python, JavaScript or TypeScript file/);
    assert.equal(runDirectories().length, before);
  });

  it('opens an example in a folder of their choice', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'td-example-'));
    const execute = vscode.commands.executeCommand.bind(vscode.commands);
    const opened = await replacing(
      vscode.commands,
      'executeCommand',
      () => Promise.resolve(),
      () =>
        answering('showQuickPick', { label: 'pytorch' }, () =>
          answering('showOpenDialog', [vscode.Uri.file(parent)], async () =>
            execute('trainingDebugger.openExample'),
          ),
        ),
    );
    const [command, target] = opened[0] as [string, vscode.Uri];
    assert.equal(command, 'vscode.openFolder');
    const folder = target.fsPath;
    assert.equal(folder, join(parent, 'training-debugger-pytorch'));
    const files = readdirSync(folder);
    assert.ok(
      files.includes('digits_healthy.py') && files.includes('digits_faulty.py') && files.includes('data'),
    );
    rmSync(parent, { recursive: true });
  });

  it('sees a damaged run as damaged, with the reason, and can delete it', async () => {
    const directory = join(
      workspaceFolder().fsPath,
      '.training-debugger',
      'runs',
      '20260101-000000-broken-abcdef',
    );
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'run.json'), '{ "schema": 1,');
    await vscode.commands.executeCommand('trainingDebugger.refreshRuns');
    const listed = await listedRun(directory);
    assert.match(listed, /Status: damaged/);
    assert.match(listed, /Problem: The record of this run is damaged: run\.json cannot be read/);
    await answering('showWarningMessage', 'Delete', async () =>
      vscode.commands.executeCommand('trainingDebugger.deleteRun', directory),
    );
    assert.ok(!runDirectories().includes(directory));
  });

  it('attaches to a training that was left, and stops it from there', async () => {
    const sessions = new SessionLog();
    const directory = await startTraining(await writeScript('attached.py', trainingScript(5000)));
    const [first] = sessions.started;
    await first?.customRequest('disconnect', { terminateDebuggee: false });
    assert.equal(await vscode.debug.startDebugging(undefined, attachTo(directory)), true);
    const second = await until('the session', () => sessions.started[1]);
    assert.equal(second.configuration.request, 'attach');
    const { threads } = (await second.customRequest('threads')) as { threads: { name: string }[] };
    assert.deepEqual(threads, [{ id: 1, name: 'Training' }]);
    await second.customRequest('terminate');
    assert.equal((await ended(directory)).status, 'stopped');
    sessions.dispose();
  });

  it('runs a past training again, as it was', async () => {
    const script = await writeScript('again.py', trainingScript(10));
    const first = await startTraining(script);
    await ended(first);
    await until('the end to be known', async () => /Status: completed/.test(await listedRun(first)));
    const before = new Set(runDirectories());
    await vscode.commands.executeCommand('trainingDebugger.rerun', first);
    const second = await until('another run', () => runDirectories().find((one) => !before.has(one)));
    const { config } = await ended(second);
    assert.deepEqual(config, manifestOf(first).config);
  });
});

class SessionLog {
  readonly started: vscode.DebugSession[] = [];
  private readonly listener = vscode.debug.onDidStartDebugSession((session) => this.started.push(session));

  dispose(): void {
    this.listener.dispose();
  }
}

function attachTo(run: string): vscode.DebugConfiguration {
  return { type: 'training', request: 'attach', name: 'Attach', run };
}
