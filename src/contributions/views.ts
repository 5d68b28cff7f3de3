/** Where things are shown: view containers, views, their empty states, menus and key bindings. */
import type { CommandId } from './commands.js';
import { DEBUG_TYPE, LANGUAGES } from './debuggers.js';

export const CONTAINER = 'trainingDebugger';
export const RUNS_VIEW = 'trainingDebugger.runs';

export const container = { title: 'Training', icon: 'media/activity.svg' };
export const runsView = { name: 'Runs', contextualTitle: 'Training Debugger', icon: 'media/activity.svg' };

/** Empty states, by name; each link on a line of its own becomes a button. */
export const welcome: Record<string, { contents: string; when: string }> = {
  restricted: {
    contents:
      'This workspace is in Restricted Mode. Past runs are listed; nothing of the workspace is run until it is trusted.\n' +
      '[Manage Workspace Trust](command:workbench.trust.manage)',
    when: '!isWorkspaceTrusted',
  },
  noFolder: {
    contents:
      'Open a folder to record trainings in it.\n[Open Folder](command:vscode.openFolder)\n' +
      '[Open Example](command:trainingDebugger.openExample)',
    when: 'isWorkspaceTrusted && workbenchState == empty',
  },
  noRuns: {
    contents:
      'No runs yet. Open a training script and start it: it needs no change.\n' +
      '[Start Training](command:trainingDebugger.start)\n[Open Example](command:trainingDebugger.openExample)\n' +
      'New here? [Get started](command:trainingDebugger.getStarted).',
    when: 'isWorkspaceTrusted && workbenchState != empty',
  },
};

export interface MenuItem {
  command: CommandId;
  when?: string;
  group?: string;
}

const inRuns = `view == ${RUNS_VIEW}`;
const scripts = LANGUAGES.map((language) => `resourceLangId == ${language}`).join(' || ');

/** The runs view gives each run a context value: its status, after `live.` or `past.`. */
function onRun(status: string): string {
  return `${inRuns} && viewItem =~ /^${status}/`;
}

export const menus: Record<
  'debug/toolBar' | 'editor/title/run' | 'explorer/context' | 'view/title' | 'view/item/context',
  MenuItem[]
> = {
  'debug/toolBar': [
    {
      command: 'trainingDebugger.skipUpdate',
      when: `debugType == ${DEBUG_TYPE} && debugState == stopped`,
      group: 'navigation@65',
    },
  ],
  'editor/title/run': [{ command: 'trainingDebugger.start', when: scripts, group: '1_run@50' }],
  'explorer/context': [
    { command: 'trainingDebugger.start', when: `isWorkspaceTrusted && (${scripts})`, group: '4_search@9' },
  ],
  'view/title': [
    { command: 'trainingDebugger.start', when: inRuns, group: 'navigation@1' },
    { command: 'trainingDebugger.chooseGpus', when: inRuns, group: 'navigation@2' },
    { command: 'trainingDebugger.refreshRuns', when: inRuns, group: 'navigation@3' },
    { command: 'trainingDebugger.openExample', when: inRuns, group: '2_help@1' },
    { command: 'trainingDebugger.getStarted', when: inRuns, group: '2_help@2' },
    { command: 'trainingDebugger.showLog', when: inRuns, group: '3_log@1' },
  ],
  'view/item/context': [
    { command: 'trainingDebugger.pause', when: onRun('live\\.running'), group: 'inline@1' },
    { command: 'trainingDebugger.resume', when: onRun('live\\.paused'), group: 'inline@1' },
    { command: 'trainingDebugger.stop', when: onRun('live'), group: 'inline@2' },
    { command: 'trainingDebugger.rerun', when: onRun('past\\.(?!damaged)'), group: 'inline@1' },
    { command: 'trainingDebugger.deleteRun', when: onRun('past'), group: 'inline@2' },
    { command: 'trainingDebugger.openRun', when: onRun('(live|past)\\.(?!damaged)'), group: '1_open@1' },
    { command: 'trainingDebugger.revealRunDirectory', when: inRuns, group: '1_open@2' },
    { command: 'trainingDebugger.copyRun', when: inRuns, group: '2_copy@1' },
    { command: 'trainingDebugger.rerun', when: onRun('past\\.(?!damaged)'), group: '3_run@1' },
    { command: 'trainingDebugger.pause', when: onRun('live\\.running'), group: '3_run@2' },
    { command: 'trainingDebugger.resume', when: onRun('live\\.paused'), group: '3_run@2' },
    { command: 'trainingDebugger.skipUpdate', when: onRun('live\\.paused'), group: '3_run@3' },
    { command: 'trainingDebugger.stop', when: onRun('live'), group: '3_run@4' },
    {
      command: 'trainingDebugger.saveCheckpoint',
      when: onRun('live\\.(running|paused)'),
      group: '3_run_checkpoint@1',
    },
    {
      command: 'trainingDebugger.resumeFromCheckpoint',
      when: onRun('(live|past)\\.(?!damaged)'),
      group: '3_run_checkpoint@2',
    },
    { command: 'trainingDebugger.deleteRun', when: onRun('past'), group: '4_delete@1' },
  ],
};

export const keybindings: { command: CommandId; key: string; mac: string; when?: string }[] = [
  { command: 'trainingDebugger.start', key: 'ctrl+k f5', mac: 'cmd+k f5' },
  {
    command: 'trainingDebugger.showPanel',
    key: 'ctrl+k f6',
    mac: 'cmd+k f6',
    when: 'trainingDebugger.hasRuns',
  },
];
