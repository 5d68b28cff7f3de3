/** Every command. Titles are English; package.nls.json is generated from them. */

export interface CommandContribution {
  title: string;
  /** Codicon of buttons. */
  icon?: string;
  /** When the command can be run at all. */
  enablement?: string;
  /** When the palette lists it; always where absent. */
  palette?: string;
}

const live = 'trainingDebugger.live';
const held = 'trainingDebugger.paused';
const anyRun = 'trainingDebugger.hasRuns';

export const commands = {
  'trainingDebugger.start': { title: 'Start Training', icon: '$(play)', enablement: 'isWorkspaceTrusted' },
  'trainingDebugger.stop': { title: 'Stop', icon: '$(debug-stop)', palette: live },
  'trainingDebugger.pause': { title: 'Pause', icon: '$(debug-pause)', palette: live },
  'trainingDebugger.resume': { title: 'Resume', icon: '$(debug-continue)', palette: live },
  'trainingDebugger.skipUpdate': {
    title: 'Skip This Update',
    icon: '$(circle-slash)',
    palette: held,
  },
  'trainingDebugger.saveCheckpoint': { title: 'Save Checkpoint', icon: '$(save)', palette: live },
  'trainingDebugger.resumeFromCheckpoint': {
    title: 'Resume from Checkpoint…',
    icon: '$(debug-rerun)',
    enablement: 'isWorkspaceTrusted',
    palette: anyRun,
  },
  'trainingDebugger.rerun': {
    title: 'Rerun',
    icon: '$(debug-restart)',
    enablement: 'isWorkspaceTrusted',
    palette: anyRun,
  },
  'trainingDebugger.openRun': { title: 'Open Run', icon: '$(graph-line)', palette: anyRun },
  'trainingDebugger.showPanel': { title: 'Show Panel', icon: '$(graph-line)', palette: anyRun },
  'trainingDebugger.revealRunDirectory': {
    title: 'Reveal Run Directory',
    icon: '$(folder-opened)',
    palette: anyRun,
  },
  'trainingDebugger.deleteRun': { title: 'Delete Run', icon: '$(trash)', palette: anyRun },
  'trainingDebugger.copyRun': { title: 'Copy Run Summary', icon: '$(copy)', palette: anyRun },
  'trainingDebugger.refreshRuns': { title: 'Refresh Runs', icon: '$(refresh)' },
  'trainingDebugger.chooseGpus': { title: 'Choose GPUs', icon: '$(circuit-board)' },
  'trainingDebugger.chooseInterpreter': { title: 'Choose Python Interpreter' },
  'trainingDebugger.installTorch': {
    title: 'Install PyTorch in a Terminal',
    enablement: 'isWorkspaceTrusted',
  },
  'trainingDebugger.openExample': { title: 'Open Example' },
  'trainingDebugger.getStarted': { title: 'Get Started' },
  'trainingDebugger.showLog': { title: 'Show Log' },
} as const satisfies Record<`trainingDebugger.${string}`, CommandContribution>;

export type CommandId = keyof typeof commands;
