/** Every setting: its type in code, its default and its schema. */
import type { RuleSetting } from '../protocol/runApi.js';

/** What `settings.get` returns, by key below `trainingDebugger.`. */
export interface Settings {
  runsDirectory: string;
  openPanelOnStart: boolean;
  pythonInterpreter: string;
  gpus: number[] | null;
  /** Megabytes in each process. */
  stepBackMemory: number;
  /** Seconds. */
  pauseGrace: number;
  rules: Record<string, RuleSetting>;
}

export interface SettingContribution<T> {
  default: T;
  description: string;
  scope: 'resource' | 'window' | 'machine-overridable';
  /** Not taken from the workspace's own settings in Restricted Mode. */
  restricted?: boolean;
  /** JSON schema; descriptions in it are not translated, so it holds none. */
  schema: Record<string, unknown>;
}

/** @param rules schema of the setting `rules`. */
export function settings(rules: Record<string, unknown>): {
  [K in keyof Settings]: SettingContribution<Settings[K]>;
} {
  return {
    runsDirectory: {
      default: '.training-debugger/runs',
      description: 'Folder in which runs are recorded, relative to the workspace folder or absolute.',
      scope: 'resource',
      restricted: true,
      schema: { type: 'string', minLength: 1 },
    },
    openPanelOnStart: {
      default: true,
      description: 'Open the panel with live charts when a training starts.',
      scope: 'window',
      schema: { type: 'boolean' },
    },
    pythonInterpreter: {
      default: '',
      description:
        'Python that runs training scripts. Empty: the one chosen in the Python extension, then .venv of the ' +
        'workspace, then the one on the PATH. A launch configuration may name another.',
      scope: 'machine-overridable',
      restricted: true,
      schema: { type: 'string' },
    },
    gpus: {
      default: null,
      description:
        'Indices of the GPUs that training may use; null for all. A launch configuration may say otherwise.',
      scope: 'resource',
      schema: { type: ['array', 'null'], items: { type: 'integer', minimum: 0 }, uniqueItems: true },
    },
    stepBackMemory: {
      default: 512,
      description:
        'Megabytes of memory, in each process, for going back to earlier steps while breakpoints are set; 0 for none. ' +
        'A launch configuration may say otherwise.',
      scope: 'resource',
      schema: { type: 'integer', minimum: 0 },
    },
    pauseGrace: {
      default: 300,
      description:
        'Seconds that a paused training waits when no window is looking at it, before it goes on by itself and its ' +
        'breakpoints are cleared. A launch configuration may say otherwise.',
      scope: 'resource',
      schema: { type: 'integer', minimum: 1 },
    },
    rules: {
      default: {},
      description:
        'Rules by id: off, error, warning, info or hint, or an object with a severity and thresholds. ' +
        'A launch configuration may say otherwise.',
      scope: 'resource',
      schema: rules,
    },
  };
}
