/** A checkpoint saved while the training runs, and a run that goes on from it. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as vscode from 'vscode';
import {
  manifestOf,
  replacing,
  runDirectories,
  startTraining,
  stopTraining,
  trainingScript,
  until,
  writeScript,
} from './support.js';

describe('checkpoints', function () {
  this.timeout(180_000);

  it('are saved on request, said where, and gone on from', async () => {
    const directory = await startTraining(await writeScript('kept.py', trainingScript(5000)));
    const said = await replacing(
      vscode.window,
      'showInformationMessage',
      () => Promise.resolve(undefined),
      async () => vscode.commands.executeCommand('trainingDebugger.saveCheckpoint', directory),
    );
    const [, step, name] = /^Checkpoint of step (\d+) saved: (.*\.pt)$/.exec(String(said[0]?.[0])) ?? [];
    assert.ok(name, String(said[0]?.[0]));
    const before = new Set(runDirectories());
    const offered = await replacing(
      vscode.window,
      'showQuickPick',
      (items) => Promise.resolve((items as unknown[])[0]),
      async () => vscode.commands.executeCommand('trainingDebugger.resumeFromCheckpoint', directory),
    );
    const [item] = offered[0]?.[0] as { description: string; file: string }[];
    assert.ok(item);
    assert.match(item.description, new RegExp(`^step ${step} · loss \\d`));
    assert.ok(statSync(item.file).size > 0);
    const second = await until('another run', () => runDirectories().find((one) => !before.has(one)));
    assert.equal(manifestOf(second).config.resumeFrom, item.file);
    await until('steps of the second run', () => manifestOf(second).summary.steps > 0, 120);
    await stopTraining(second);
    await stopTraining(directory);
  });
});
