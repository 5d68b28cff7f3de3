import * as vscode from 'vscode';
import { DEBUG_TYPE } from '../../contributions/debuggers.js';
import { activeScript } from '../debug/configurationProvider.js';
import { configurationFor } from '../debug/configurations.js';

interface Choice extends vscode.QuickPickItem {
  folder: vscode.WorkspaceFolder | undefined;
  configuration: vscode.DebugConfiguration;
}

/** Starts the given file, the active one, or what a person picks where launch.json has trainings too. */
export async function startTraining(argument: unknown): Promise<boolean> {
  if (argument instanceof vscode.Uri) return startFile(argument);
  const file = activeScript();
  const configured = configuredTrainings();
  if (file !== undefined && configured.length === 0) return startFile(file);
  const choices = [...(file === undefined ? [] : [fileChoice(file)]), ...configured];
  return start(choices.length > 0 ? await pick(choices) : await pickScript());
}

export async function startFile(file: vscode.Uri): Promise<boolean> {
  return start(fileChoice(file));
}

async function start(choice: Choice | undefined): Promise<boolean> {
  return choice !== undefined && vscode.debug.startDebugging(choice.folder, choice.configuration);
}

function fileChoice(file: vscode.Uri): Choice {
  return {
    label: `$(file-code) ${vscode.workspace.asRelativePath(file)}`,
    folder: vscode.workspace.getWorkspaceFolder(file),
    configuration: configurationFor(file.fsPath),
  };
}

/** Configurations of type `training` in each folder's launch.json. */
function configuredTrainings(): Choice[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.flatMap((folder) => {
    const launch = vscode.workspace.getConfiguration('launch', folder);
    const configurations = launch.get<vscode.DebugConfiguration[]>('configurations', []);
    const trainings = configurations.filter(
      ({ type, request }) => type === DEBUG_TYPE && request === 'launch',
    );
    const description = folders.length > 1 ? folder.name : '';
    return trainings.map((configuration) => ({
      label: `$(gear) ${configuration.name}`,
      description,
      folder,
      configuration,
    }));
  });
}

async function pick(choices: Choice[]): Promise<Choice | undefined> {
  return vscode.window.showQuickPick(choices, { placeHolder: vscode.l10n.t('What should be trained?') });
}

/** Scripts that name PyTorch or TensorFlow.js, or how to begin where there is none. */
async function pickScript(): Promise<Choice | undefined> {
  const scripts = await findTrainingScripts();
  if (scripts.length > 0) return pick(scripts.map(fileChoice));
  const openExample = vscode.l10n.t('Open Example');
  const message = vscode.l10n.t(
    'No training script is open, and none was found here. Open one, or an example.',
  );
  const chosen = await vscode.window.showInformationMessage(message, openExample);
  if (chosen === openExample) await vscode.commands.executeCommand('trainingDebugger.openExample');
  return undefined;
}

const MOST_FILES = 300;
const TRAINS = /\b(import torch|from torch|import lightning|from transformers|@tensorflow\/tfjs)/;

async function findTrainingScripts(): Promise<vscode.Uri[]> {
  const skipped = '**/{node_modules,.venv,venv,site-packages,dist,.training-debugger}/**';
  const files = await vscode.workspace.findFiles('**/*.{py,js,mjs,cjs,ts,mts}', skipped, MOST_FILES);
  const texts = await Promise.all(files.map((file) => vscode.workspace.fs.readFile(file)));
  return files.filter((_, i) => TRAINS.test(new TextDecoder().decode(texts[i])));
}
