import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface Manifest {
  contributes: { commands: { command: string }[]; debuggers: { type: string }[] };
}

const extension = () => {
  const found = vscode.extensions.getExtension<unknown>('training-debugger.training-debugger');
  assert.ok(found, 'the extension is not installed');
  return found;
};

describe('activation', () => {
  it('activates without an error', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command that package.json contributes', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const { contributes } = extension().packageJSON as Manifest;
    const missing = contributes.commands.map(({ command }) => command).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
    assert.ok(contributes.commands.length > 5);
  });
});
