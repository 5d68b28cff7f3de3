import * as vscode from 'vscode';
import type { GpuInfo } from '../../engine/launch/gpus.js';
import type { Engine } from '../engine.js';
import { localize } from '../localize.js';
import { setting, updateSetting } from '../settings.js';

interface Choice extends vscode.QuickPickItem {
  index: number;
}

/** Which GPUs trainings may use, kept in the settings; all chosen means no restriction. */
export async function chooseGpus(engine: Engine): Promise<void> {
  const { gpus, problem } = await engine.gpus();
  if (problem !== null) {
    void vscode.window.showInformationMessage(localize(problem));
    return;
  }
  const chosen = setting('gpus');
  const picked = await vscode.window.showQuickPick(
    gpus.map((gpu) => toChoice(gpu, chosen)),
    { canPickMany: true, placeHolder: vscode.l10n.t('GPUs that training may use') },
  );
  if (picked === undefined) return;
  const all = picked.length === 0 || picked.length === gpus.length;
  await updateSetting('gpus', all ? null : picked.map(({ index }) => index));
}

function toChoice(gpu: GpuInfo, chosen: number[] | null): Choice {
  return {
    index: gpu.index,
    label: `${gpu.index}: ${gpu.name}`,
    description: load(gpu).join(' · '),
    picked: chosen === null || chosen.includes(gpu.index),
  };
}

/** What the GPU tells of itself; a slice of one tells little. */
function load({ memoryFree, memoryTotal, utilization }: GpuInfo): string[] {
  const memory =
    memoryFree === null || memoryTotal === null
      ? []
      : [vscode.l10n.t('{0} of {1} GiB free', gib(memoryFree), gib(memoryTotal))];
  const busy = utilization === null ? [] : [vscode.l10n.t('{0} % busy', (utilization * 100).toFixed(0))];
  return [...memory, ...busy];
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
