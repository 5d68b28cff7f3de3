/**
 * What a training that is held can be asked, and what it answers: the same words between engine and probe, and between
 * clients and engine. References (`reference`, frame ids) hold until the training goes on; asked later, they are refused.
 */
import type { SourceLine, Text, WireNumber } from './values.js';

/**
 * Where training can be held. `step`: the gradients are there, the update is not applied yet. `microBatch`: a backward
 * pass has ended. `validation`: a pass over validation data has ended.
 */
export type GateKind = 'step' | 'microBatch' | 'validation';

export const GATE_KINDS: readonly GateKind[] = ['step', 'microBatch', 'validation'];

/** A place where training waits, and what is known of the step in progress there. */
export interface GatePlace {
  kind: GateKind;
  /** Optimizer steps done: the index of the step in progress. Of a step that is gone through again, its own. */
  step: number;
  /** From 0, where it is known. */
  epoch?: number;
  /** Index of the batch within the epoch, from 0, where it is known. */
  batch?: number;
  /** Index of the micro-batch within the step, from 0. */
  microBatch?: number;
  /** Optimizer whose update waits, as in `optimizer.id`. */
  optimizer?: number;
  /** What is measured of the step so far, by series. */
  scalars: Record<string, WireNumber>;
  /** How many earlier steps can be gone back to from here. */
  back: number;
  /** Why there are none, or no more of them, in words that say what to change. */
  backLimit?: Text;
  /** Recorded steps ahead that can be gone through again, after going back; 0 in the present. */
  ahead: number;
  /** Where the user's code is. */
  source?: SourceLine;
}

export interface Frame {
  id: number;
  name: string;
  source: SourceLine | null;
  /** `library`: code that is not the user's. */
  kind: 'user' | 'library';
}

/** One line of a tree of values. */
export interface Variable {
  name: string;
  /** On one line, cut where it is long. */
  value: string;
  type?: string;
  /** Asks for its children; 0 where it has none. */
  reference: number;
  /** Children with names, and children with indices, where they are so many that they are asked for in pages. */
  named?: number;
  indexed?: number;
  /** An expression of the user's language that has this value, where there is one. */
  evaluateName?: string;
  /** True where `setVariable` may change it. */
  editable?: boolean;
  /** Costs a computation: its one child is asked for when a person wants it. */
  lazy?: boolean;
}

/** References of the trees that a frame shows, 0 where there is none. */
export interface Roots {
  /** Param groups: learning rate, momentum … editable. */
  optimizer: number;
  /** The tree of modules, with parameters and buffers. */
  model: number;
  /** What the model and the loss were given in the step in progress. */
  batch: number;
  /** Devices and their memory, as the framework tells. */
  hardware: number;
  /** Of the frame that was asked for. */
  locals: number;
}

/** What a module was given and gave, in the step that is looked into. */
export interface ModuleRange {
  /** Name of the module, empty for the root. */
  name: string;
  kind: string;
  source?: SourceLine;
  inputMin?: WireNumber;
  inputMax?: WireNumber;
  inputNonFinite?: number;
  outputMin?: WireNumber;
  outputMax?: WireNumber;
  outputNonFinite?: number;
}

/**
 * Where a non-finite value comes from: the modules in the order they ran, the offending one last. In direction `backward`
 * the order is that of the backward pass, and what a module was given and gave are gradients.
 */
export interface Forensics {
  direction: 'input' | 'parameter' | 'forward' | 'loss' | 'backward';
  /** Index into `modules` of the first offending one; -1 where it is no module. */
  offending: number;
  modules: ModuleRange[];
  /** Operation within the module, where it is known: `log`, `div` … */
  operation?: string;
  source?: SourceLine;
  /** Why, in a sentence with the numbers in it. */
  why: Text;
}

export interface Completion {
  label: string;
  kind: 'variable' | 'property' | 'function' | 'class' | 'module' | 'keyword';
}

/** Requests to a held training, by method. A failure is a `Text` that a person can read. */
export interface InspectRequests {
  /** The user's stack, innermost first; `total` counts all frames. */
  stack: { params: { start: number; levels: number }; result: { frames: Frame[]; total: number } };
  roots: { params: { frame: number }; result: Roots };
  variables: {
    params: { reference: number; start?: number; count?: number; filter?: 'indexed' | 'named' };
    result: { variables: Variable[] };
  };
  /** Evaluates `value` in the user's frame and puts it there; says what it was before by a `change` message. */
  setVariable: { params: { reference: number; name: string; value: string }; result: Variable };
  /**
   * Evaluates in the frame, where `context` is `repl` also statements. Given up after `timeout` seconds.
   * `output` is what it printed, cut at 64 KiB.
   */
  evaluate: {
    params: {
      expression: string;
      frame: number;
      context: 'repl' | 'watch' | 'hover' | 'clipboard';
      timeout: number;
    };
    result: Variable & { output?: string };
  };
  /** `column` counts UTF-16 units from 0. `start` is where the completed word begins. */
  completions: {
    params: { text: string; column: number; frame: number };
    result: { start: number; completions: Completion[] };
  };
  /** null where nothing non-finite is to be found in the step in progress. */
  forensics: { params: Record<string, never>; result: Forensics | null };
  /** Also while training runs: served between two steps. `file` is absolute. */
  saveCheckpoint: { params: { file: string }; result: { file: string; step: number } };
}

export type InspectMethod = keyof InspectRequests;

export const INSPECT_METHODS: readonly InspectMethod[] = [
  'stack',
  'roots',
  'variables',
  'setVariable',
  'evaluate',
  'completions',
  'forensics',
  'saveCheckpoint',
];

export type InspectCall = {
  [M in InspectMethod]: { method: M; params: InspectRequests[M]['params'] };
}[InspectMethod];

/** A change that a person made to the training, not its script. */
export interface ChangeMade {
  type: 'change';
  /** Step in progress. */
  step: number;
  time: number;
  /**
   * `value`: a number or another value was set. `code`: an expression that may have changed something was evaluated.
   * `skip`: an update was left out. `back`: the training was set back from step `before` and went on from `after`.
   */
  kind: 'value' | 'code' | 'skip' | 'back';
  /** `optimizer.param_groups[0]['lr']`, the expression, or empty. */
  name: string;
  before?: string;
  after?: string;
}
