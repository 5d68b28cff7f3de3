// Settings that keep a fresh workbench quiet: nothing on screen but the workspace and the extension.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'update.mode': 'none',
  'telemetry.telemetryLevel': 'off',
  'remote.autoForwardPorts': false,
  'window.commandCenter': false,
};

/** @param {string} data the server's data directory  @param {object} extra more settings */
export async function writeSettings(data, extra = {}) {
  const text = JSON.stringify({ ...quietSettings, ...extra }, null, 2);
  for (const scope of ['User', 'Machine']) {
    await mkdir(path.join(data, 'data', scope), { recursive: true });
    await writeFile(path.join(data, 'data', scope, 'settings.json'), text);
  }
}
