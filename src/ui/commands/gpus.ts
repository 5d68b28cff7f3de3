import * as vscode from 'vscode';
import type { Engine, GpuInfo } from '../engine.js';
import { setting, updateSetting } from '../settings.js';

interface Choice extends vscode.QuickPickItem {
  index: number;
}

/** Which GPUs trainings may use, kept in the settings; all chosen means no restriction. */
export async function chooseGpus(engine: Engine): Promise<void> {
  const gpus = await engine.gpus();
  if (gpus.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'No NVIDIA GPU was found: nvidia-smi is missing or lists none. Training uses what the framework finds.',
      ),
    );
    return;
  }
  const chosen = setting('gpus');
  const choices = gpus.map((gpu) => toChoice(gpu, chosen));
  const picked = await vscode.window.showQuickPick(choices, {
    canPickMany: true,
    placeHolder: vscode.l10n.t('GPUs that training may use'),
  });
  if (picked === undefined) return;
  const all = picked.length === 0 || picked.length === gpus.length;
  await updateSetting('gpus', all ? null : picked.map(({ index }) => index));
}

function toChoice(gpu: GpuInfo, chosen: number[] | null): Choice {
  const { index, name, freeMemory, totalMemory, utilization } = gpu;
  return {
    index,
    label: `${index}: ${name}`,
    description: vscode.l10n.t(
      '{0} of {1} GiB free, {2} % busy',
      gib(freeMemory),
      gib(totalMemory),
      percent(utilization),
    ),
    picked: chosen === null || chosen.includes(index),
  };
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}

function percent(share: number): string {
  return (share * 100).toFixed(0);
}
