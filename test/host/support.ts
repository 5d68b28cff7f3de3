import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunManifest } from '../../src/engine/recorder/manifest.js';
import { LIVE_STATUSES } from '../../src/protocol/runApi.js';

export function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no workspace is open');
  return folder.uri;
}

export async function writeScript(name: string, source: string): Promise<vscode.Uri> {
  const file = vscode.Uri.joinPath(workspaceFolder(), name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(source));
  return file;
}

/** Trains a line for as many steps as asked, slowly enough to be stopped; `before` comes after the imports. */
export function trainingScript(steps: number, before = ''): string {
  return [
    'import time',
    'import torch',
    before,
    'model = torch.nn.Linear(3, 1)',
    'optimizer = torch.optim.SGD(model.parameters(), lr=0.01)',
    `for step in range(${steps}):`,
    '    inputs = torch.randn(16, 3)',
    '    loss = torch.nn.functional.mse_loss(model(inputs), inputs.sum(1, keepdim=True))',
    '    optimizer.zero_grad()',
    '    loss.backward()',
    '    optimizer.step()',
    '    time.sleep(0.02)',
    '',
  ].join('\n');
}

function runsDirectory(): string {
  return vscode.Uri.joinPath(workspaceFolder(), '.training-debugger', 'runs').fsPath;
}

export function runDirectories(): string[] {
  const folder = runsDirectory();
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

export function manifestOf(directory: string): RunManifest {
  return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunManifest;
}

/** Starts a training by the command, as a person would, and gives its directory once it measures. */
export async function startTraining(script: vscode.Uri): Promise<string> {
  const before = new Set(runDirectories());
  assert.equal(await vscode.commands.executeCommand('trainingDebugger.start', script), true);
  const directory = await until('a new run', () => runDirectories().find((one) => !before.has(one)));
  return until('steps of the run', () => manifestOf(directory).summary.steps > 0 && directory, 120);
}

export async function stopTraining(directory: string): Promise<void> {
  await vscode.commands.executeCommand('trainingDebugger.stop', directory);
  await ended(directory);
}

export async function ended(directory: string): Promise<RunManifest> {
  return until('the end of the run', () => {
    const manifest = manifestOf(directory);
    return !LIVE_STATUSES.includes(manifest.summary.status) && manifest;
  });
}

/** What the runs view knows of a run, through the command that copies it. */
export async function listedRun(directory: string): Promise<string> {
  await vscode.env.clipboard.writeText('');
  await vscode.commands.executeCommand('trainingDebugger.copyRun', directory);
  return vscode.env.clipboard.readText();
}

export function findingsIn(file: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(file).filter(({ source }) => source === 'Training Debugger');
}

/** Asks until the answer is something. */
export async function until<T>(
  what: string,
  ask: () => T | false | undefined | Promise<T | false | undefined>,
  seconds = 60,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

type Dialog =
  'showWarningMessage' | 'showErrorMessage' | 'showInformationMessage' | 'showQuickPick' | 'showOpenDialog';

/** Answers one kind of dialog while `act` runs, and gives what was asked; all else is the real thing. */
export function answering(
  dialog: Dialog,
  answer: unknown,
  act: () => Promise<unknown>,
): Promise<unknown[][]> {
  return replacing(vscode.window, dialog, () => Promise.resolve(answer), act);
}

/** Puts another function in the place of one while `act` runs, and gives the arguments of its calls. */
export async function replacing<T extends object>(
  owner: T,
  name: keyof T,
  other: (...args: unknown[]) => unknown,
  act: () => Promise<unknown>,
): Promise<unknown[][]> {
  const real = owner[name];
  const calls: unknown[][] = [];
  const recording = (...args: unknown[]): unknown => {
    calls.push(args);
    return other(...args);
  };
  owner[name] = recording as T[keyof T];
  try {
    await act();
  } finally {
    owner[name] = real;
  }
  return calls;
}
