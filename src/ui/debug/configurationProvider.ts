import * as vscode from 'vscode';
import { mergeRuleSettings } from '../../diagnosis/options.js';
import type { RuleSetting } from '../../protocol/runApi.js';
import { setting } from '../settings.js';
import { configurationFor, isScript, isPython } from './configurations.js';
import { chosenPython } from './interpreter.js';

/** Completes a configuration: the active file where there is none, the chosen Python and GPUs, rules of the settings. */
export class ConfigurationProvider implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    const file = activeScript();
    return [
      {
        ...configurationFor(file?.fsPath ?? 'train.py'),
        name: vscode.l10n.t('Train active file'),
        program: '${file}',
      },
    ];
  }

  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | null | undefined> {
    if (configuration.request === 'attach') return configuration;
    if (configuration['program'] !== undefined || configuration['module'] !== undefined) return configuration;
    const file = activeScript();
    if (file === undefined) {
      void vscode.window.showErrorMessage(
        vscode.l10n.t('There is nothing to train with: open a Python, JavaScript or TypeScript file.'),
      );
      return undefined;
    }
    return { ...configuration, ...configurationFor(file.fsPath), ...named(configuration) };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration> {
    if (configuration.request === 'attach') return configuration;
    // The panel shows the console; VS Code's would take half of the window at the first start.
    const completed: vscode.DebugConfiguration = { internalConsoleOptions: 'neverOpen', ...configuration };
    if (completed['interpreter'] === undefined && isPython(completed)) {
      const python = await chosenPython(folder?.uri);
      if (python !== undefined) completed['interpreter'] = python;
    }
    const gpus = setting('gpus', folder);
    if (completed['gpus'] === undefined && gpus !== null) completed['gpus'] = gpus;
    for (const key of ['stepBackMemory', 'pauseGrace'] as const) completed[key] ??= setting(key, folder);
    completed['rules'] = mergeRuleSettings(setting('rules', folder), asRules(completed['rules']));
    return completed;
  }
}

/** Offers the active file in the list of F5, where launch.json does not name it. */
export class ActiveFileProvider implements vscode.DebugConfigurationProvider {
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    const file = activeScript();
    return file === undefined ? [] : [configurationFor(file.fsPath)];
  }
}

export function activeScript(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme !== 'file' || !isScript(document.uri.fsPath)) return undefined;
  return document.uri;
}

function named({ name }: vscode.DebugConfiguration): { name?: string } {
  return name === '' || (name as string | undefined) === undefined ? {} : { name };
}

/** What they hold is checked at the launch. */
function asRules(value: unknown): Record<string, RuleSetting> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
