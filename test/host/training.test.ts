/** From the command to the run, its findings and its end, with real trainings. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import {
  answering,
  ended,
  findingsIn,
  listedRun,
  manifestOf,
  runDirectories,
  startTraining,
  stopTraining,
  trainingScript,
  until,
  workspaceFolder,
  writeScript,
} from './support.js';

describe('a training', function () {
  this.timeout(180_000);

  it('starts on the faulty example, is listed, and its findings are on the right lines', async () => {
    const script = vscode.Uri.joinPath(workspaceFolder(), 'digits_faulty.py');
    const directory = await startTraining(script);
    const { config, command } = manifestOf(directory);
    assert.equal(config.program, script.fsPath);
    assert.equal(command[0], process.env['TD_PYTHON'], 'the Python chosen in the Python extension');
    const findings = await until('findings', () => findingsIn(script).length > 0 && findingsIn(script));
    await stopTraining(directory);

    const document = await vscode.workspace.openTextDocument(script);
    const initial = findings.find(({ code }) => ruleOf(code) === 'initial-loss') ?? findings[0];
    assert.ok(initial);
    assert.match(
      document.lineAt(initial.range.start.line).text,
      /criterion\(model\(images\), labels\)|loss\.backward|optim\.SGD/,
    );
    assert.equal(document.getText(initial.range), document.lineAt(initial.range.start.line).text.trim());
    const severities = [vscode.DiagnosticSeverity.Error, vscode.DiagnosticSeverity.Warning];
    assert.ok(severities.includes(initial.severity));
    assert.match(initial.message.split('\n')[0] ?? '', /\d/);
    const code = initial.code as { target: vscode.Uri };
    assert.match(code.target.path, /docs\/rules\/[a-z-]+\.md$/);
    await vscode.workspace.fs.stat(code.target);

    const listed = await listedRun(directory);
    assert.match(listed, /^digits_faulty\.py\n/);
    assert.match(listed, /Status: stopped/);
  });

  it('names its panel by the script from the first moment on', async () => {
    const script = await writeScript('named.py', trainingScript(20));
    const labels = new Set<string>();
    const watched = vscode.window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      for (const { input, label } of [...opened, ...changed])
        if (input instanceof vscode.TabInputWebview) labels.add(label);
    });
    await ended(await startTraining(script));
    watched.dispose();
    assert.deepEqual([...labels], ['named.py']);
  });

  it('keeps findings on their lines while the script is edited', async () => {
    const script = vscode.Uri.joinPath(workspaceFolder(), 'digits_faulty.py');
    const editor = await vscode.window.showTextDocument(script);
    const before = findingsIn(script)[0]?.range.start.line ?? -1;
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# one\n# two\n'));
    await until(
      'the finding two lines further down',
      () => findingsIn(script)[0]?.range.start.line === before + 2,
    );
    await vscode.commands.executeCommand('undo');
    await until('the finding back in its place', () => findingsIn(script)[0]?.range.start.line === before);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('hides a finding whose line is told to be ignored, and shows it again', async () => {
    const script = vscode.Uri.joinPath(workspaceFolder(), 'digits_faulty.py');
    await vscode.window.showTextDocument(script);
    const [finding] = await until('a finding', () => findingsIn(script).length > 0 && findingsIn(script));
    assert.ok(finding);
    const { line } = finding.range.start;
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      script,
      finding.range,
    );
    const ignore = actions.find(({ title }) => title === `Ignore ${ruleOf(finding.code)} on this line`);
    assert.ok(ignore?.edit, `among ${actions.map(({ title }) => title).join(', ')}`);
    await vscode.workspace.applyEdit(ignore.edit);
    const document = await vscode.workspace.openTextDocument(script);
    assert.match(
      document.lineAt(line).text,
      new RegExp(`# training-debugger: ignore\\[${ruleOf(finding.code)}\\]$`),
    );
    const isThere = () =>
      findingsIn(script).some(
        ({ code, range }) => ruleOf(code) === ruleOf(finding.code) && range.start.line === line,
      );
    await until('the finding to go', () => !isThere());
    await vscode.commands.executeCommand('undo');
    await until('the finding to come back', isThere);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('pauses, resumes and stops', async () => {
    const directory = await startTraining(await writeScript('slow.py', trainingScript(5000)));
    await vscode.commands.executeCommand('trainingDebugger.pause', directory);
    await until('the pause', () => manifestOf(directory).summary.status === 'paused');
    await vscode.commands.executeCommand('trainingDebugger.resume', directory);
    await until('the training to go on', () => manifestOf(directory).summary.status === 'running');
    await stopTraining(directory);
    assert.equal(manifestOf(directory).summary.status, 'stopped');
  });

  it('goes on when the debug session is left, and ends with the session stopped', async () => {
    const started = sessionStarted();
    const directory = await startTraining(await writeScript('left.py', trainingScript(5000)));
    const session = await started;
    assert.equal(session.type, 'training');
    await session.customRequest('disconnect', { terminateDebuggee: false });
    const steps = manifestOf(directory).summary.steps;
    await until('steps without a session', () => manifestOf(directory).summary.steps > steps);
    await stopTraining(directory);
  });

  it('takes the place of the findings of the run before', async () => {
    const bad = trainingScript(5000).replace('keepdim=True))', 'keepdim=True)) / 0');
    const script = await writeScript('mended.py', bad);
    const directory = await startTraining(script);
    await until('a finding', () => findingsIn(script).length > 0);
    await stopTraining(directory);
    await writeScript('mended.py', trainingScript(40));
    const again = await startTraining(script);
    await ended(again);
    await until('no finding any more', () => findingsIn(script).length === 0);
  });

  it('is deleted only when a person says so', async () => {
    const directory = await startTraining(await writeScript('short.py', trainingScript(10)));
    await ended(directory);
    await until('the end to be known', async () => /Status: completed/.test(await listedRun(directory)));
    const remove = () => vscode.commands.executeCommand('trainingDebugger.deleteRun', directory);
    const [asked] = await answering('showWarningMessage', undefined, async () => remove());
    assert.deepEqual((asked?.[1] as vscode.MessageOptions).modal, true);
    assert.ok(runDirectories().includes(directory));
    await answering('showWarningMessage', 'Delete', async () => remove());
    assert.ok(!runDirectories().includes(directory));
    assert.equal(await listedRun(directory), '');
  });

  it('tells a failed script in words, with the way to the line', async () => {
    const script = await writeScript('fails.py', `${trainingScript(1)}print([1][5])\n`);
    const asked = await answering('showErrorMessage', 'Go to Line', async () => {
      await ended(await startTraining(script));
      const line = trainingScript(1).split('\n').length;
      await until('the line', () => {
        const editor = vscode.window.activeTextEditor;
        return editor?.document.uri.path === script.path && editor.selection.active.line === line - 1;
      });
    });
    const [message] = asked
      .map(([first]) => String(first))
      .filter((words) => words.startsWith('fails.py failed'));
    assert.match(message ?? '', /IndexError/);
  });
});

describe('a launch that cannot go ahead', () => {
  it('is refused in words, and starts nothing', async () => {
    const before = runDirectories().length;
    const folder = vscode.workspace.workspaceFolders?.[0];
    const program = vscode.Uri.joinPath(workspaceFolder(), 'digits_healthy.py').fsPath;
    const attempt = (more: object) =>
      launchFailure({ type: 'training', request: 'launch', name: 'x', program, ...more }, folder);
    assert.match(await attempt({ program: '/nowhere/train.py' }), /\/nowhere\/train\.py/);
    assert.match(await attempt({ arg: ['1'] }), /Did you mean “args”/);
    assert.match(await attempt({ interpreter: '/nowhere/python' }), /\/nowhere\/python/);
    assert.equal(runDirectories().length, before);
  });
});

function ruleOf(code: vscode.Diagnostic['code']): string {
  return String(typeof code === 'object' ? code.value : code);
}

function sessionStarted(): Promise<vscode.DebugSession> {
  return new Promise((resolve) => {
    const listener = vscode.debug.onDidStartDebugSession((session) => {
      listener.dispose();
      resolve(session);
    });
  });
}

/** What the debug adapter answers to `launch`. */
function launchFailure(
  configuration: vscode.DebugConfiguration,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<string> {
  return new Promise((resolve) => {
    const tracker = vscode.debug.registerDebugAdapterTrackerFactory('training', {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message: {
          type: string;
          command?: string;
          success?: boolean;
          message?: string;
        }) => {
          if (message.type !== 'response' || message.command !== 'launch' || message.success === true) return;
          tracker.dispose();
          resolve(message.message ?? '');
        },
      }),
    });
    void vscode.debug.startDebugging(folder, configuration);
  });
}
