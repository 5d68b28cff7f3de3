import * as vscode from 'vscode';
import { setting } from '../settings.js';

/** What the Python extension exports, as far as it is used here. */
interface PythonExtension {
  environments?: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { path: string };
    resolveEnvironment(path: { path: string }): Promise<{ executable: { uri?: vscode.Uri } } | undefined>;
  };
}

/**
 * The Python a person has chosen for this folder: in the settings, by the environment variable
 * TRAINING_DEBUGGER_PYTHON, or in the Python extension. Undefined leaves the search to the engine.
 */
export async function chosenPython(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const configured = setting('pythonInterpreter', folder);
  if (configured !== '') return configured;
  const fromEnvironment = process.env['TRAINING_DEBUGGER_PYTHON'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  return fromPythonExtension(folder);
}

/** A Python extension that fails keeps nobody from training: the engine finds a Python without it. */
async function fromPythonExtension(folder: vscode.Uri | undefined): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>('ms-python.python');
  try {
    const environments = (await extension?.activate())?.environments;
    const active = environments?.getActiveEnvironmentPath(folder);
    const resolved = active && (await environments?.resolveEnvironment(active));
    return resolved?.executable.uri?.fsPath;
  } catch {
    return undefined;
  }
}
