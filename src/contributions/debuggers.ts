/** The debug type `training`: attributes of launch.json, snippets and first configurations. */
import type { LaunchConfig } from '../protocol/runApi.js';

export const DEBUG_TYPE = 'training';
export const LANGUAGES = ['python', 'javascript', 'typescript'] as const;

export interface Attribute {
  description: string;
  schema: Record<string, unknown>;
}

/** What a person may write; `name` belongs to every configuration, `workspace` is the folder it is in. */
export type LaunchAttribute =
  Exclude<keyof LaunchConfig, 'name' | 'workspace' | 'breakpoints' | 'debuggerPort'> | 'debugger';

const strings = { type: 'array', items: { type: 'string' } };

/** @param rules schema of the attribute `rules`. */
export function launchAttributes(rules: Record<string, unknown>): Record<LaunchAttribute, Attribute> {
  return { ...processAttributes, ...runAttributes(rules), ...debugAttributes };
}

type RunAttribute = 'hyperparameters' | 'seed' | 'rules' | 'runsDirectory' | 'resumeFrom';
type DebugAttribute = 'stopOnEntry' | 'stepBackMemory' | 'pauseGrace' | 'debugger';

/** How the script is started. */
const processAttributes: Record<Exclude<LaunchAttribute, RunAttribute | DebugAttribute>, Attribute> = {
  program: {
    description: 'Training script: a Python, JavaScript or TypeScript file.',
    schema: { type: 'string' },
  },
  module: {
    description: 'Python module to run in place of a file, as in python -m package.train.',
    schema: { type: 'string' },
  },
  args: { description: 'Arguments given to the script.', schema: { ...strings, default: [] } },
  cwd: {
    description: 'Working directory of the script.',
    schema: { type: 'string', default: '${workspaceFolder}' },
  },
  env: {
    description: 'Environment variables of the script; null removes one.',
    schema: { type: 'object', additionalProperties: { type: ['string', 'null'] }, default: {} },
  },
  envFile: {
    description: 'File of environment variables, one NAME=value a line.',
    schema: { type: 'string', default: '${workspaceFolder}/.env' },
  },
  runtime: {
    description:
      'What runs the script: Python for PyTorch, Node.js for TensorFlow.js, or auto by its file name.',
    schema: { enum: ['auto', 'python', 'node'], default: 'auto' },
  },
  interpreter: {
    description: 'Python or Node.js executable. Found by itself where absent.',
    schema: { type: 'string' },
  },
  interpreterArgs: {
    description: 'Arguments given to the interpreter, before the script.',
    schema: { ...strings, default: [] },
  },
  gpus: {
    description:
      'Indices of the GPUs that the training may use, as nvidia-smi counts them. All where absent.',
    schema: { type: 'array', items: { type: 'integer', minimum: 0 }, uniqueItems: true },
  },
  nprocPerNode: {
    description: 'Processes to start on this machine under torchrun, usually one for each GPU.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** What is particular to the run. */
function runAttributes(rules: Record<string, unknown>): Record<RunAttribute, Attribute> {
  return {
    hyperparameters: {
      description: 'Given to the script as --name value, and recorded with the run.',
      schema: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
        default: {},
      },
    },
    seed: {
      description: 'Seed of the random number generators, recorded with the run.',
      schema: { type: 'integer', minimum: 0 },
    },
    rules: {
      description:
        'Rules by id, for this configuration: off, error, warning, info or hint, or an object with a severity and thresholds.',
      schema: { ...rules, default: {} },
    },
    resumeFrom: {
      description:
        'Checkpoint to go on from: model, optimizer, scheduler, loss scale and random state are loaded before the first step.',
      schema: { type: 'string' },
    },
    runsDirectory: {
      description:
        'Folder in which this run is recorded. The setting trainingDebugger.runsDirectory where absent.',
      schema: { type: 'string' },
    },
  };
}

/** How it can be held and gone through. */
const debugAttributes: Record<DebugAttribute, Attribute> = {
  stopOnEntry: {
    description: 'Pause at the first step, before its update.',
    schema: { type: 'boolean', default: false },
  },
  stepBackMemory: {
    description:
      'Megabytes of memory, in each process, for going back to earlier steps while breakpoints are set; 0 for none. The setting trainingDebugger.stepBackMemory where absent.',
    schema: { type: 'integer', minimum: 0 },
  },
  pauseGrace: {
    description:
      'Seconds that a paused training waits when no window is looking at it, before it goes on by itself. The setting trainingDebugger.pauseGrace where absent.',
    schema: { type: 'integer', minimum: 1 },
  },
  debugger: {
    description:
      'Start the debugger of the language too, for breakpoints in the script: debugpy for Python, the built-in one for Node.js.',
    schema: { type: 'boolean', default: false },
  },
};

export const attachAttributes = {
  run: {
    description: 'Directory of the running training to attach to. Asked for where absent.',
    schema: { type: 'string' },
  },
} as const satisfies Record<string, Attribute>;

export interface Snippet {
  label: string;
  description: string;
  body: { name: string } & Partial<
    Record<LaunchAttribute | keyof typeof attachAttributes | 'request', unknown>
  >;
}

export const snippets: Record<
  'file' | 'module' | 'torchrun' | 'node' | 'stopOnEntry' | 'debugger' | 'resume' | 'attach',
  Snippet
> = {
  file: {
    label: 'Training: Active File',
    description: 'Train with the file in the active editor.',
    body: { name: 'Train active file', program: '^"\\${file}"' },
  },
  module: {
    label: 'Training: Python Module',
    description: 'Train with python -m.',
    body: { name: 'Train module', module: '${1:package.train}', cwd: '^"\\${workspaceFolder}"' },
  },
  torchrun: {
    label: 'Training: Several GPUs with torchrun',
    description: 'One process for each GPU, under torchrun.',
    body: {
      name: 'Train on several GPUs',
      program: '^"\\${workspaceFolder}/${1:train.py}"',
      nprocPerNode: 2,
      gpus: [0, 1],
    },
  },
  node: {
    label: 'Training: TensorFlow.js Script',
    description: 'Train with a Node.js script that uses TensorFlow.js.',
    body: {
      name: 'Train with TensorFlow.js',
      program: '^"\\${workspaceFolder}/${1:train.js}"',
      runtime: 'node',
    },
  },
  stopOnEntry: {
    label: 'Training: Stop at the First Step',
    description: 'Train with the file in the active editor, paused before the first update.',
    body: { name: 'Train, stopped at the first step', program: '^"\\${file}"', stopOnEntry: true },
  },
  debugger: {
    label: 'Training: With Line Breakpoints',
    description:
      'Train with the file in the active editor, and the debugger of its language for breakpoints in lines.',
    body: { name: 'Train with line breakpoints', program: '^"\\${file}"', debugger: true },
  },
  resume: {
    label: 'Training: Resume from a Checkpoint',
    description: 'Go on from a checkpoint: model, optimizer, scheduler and random state.',
    body: {
      name: 'Resume training',
      program: '^"\\${workspaceFolder}/${1:train.py}"',
      resumeFrom: '^"\\${workspaceFolder}/${2:checkpoint.pt}"',
    },
  },
  attach: {
    label: 'Training: Attach to a Running Training',
    description: 'Attach to a training that is running in this workspace.',
    body: { name: 'Attach to training', request: 'attach' },
  },
};
