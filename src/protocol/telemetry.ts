/**
 * Probe <-> engine: newline-delimited JSON, one message a line, over a socket or in a file (`TRAINING_DEBUGGER_LOG`).
 * The first line is `hello`; one connection (one file) is one rank. `src/protocol/decodeTelemetry.ts` reads it.
 *
 * Steps count calls of `Optimizer.step()` of all the optimizers of a process together, from 0. Times are seconds
 * since `hello.time` unless said otherwise.
 */
import type { ConversationMessage } from './conversation.js';
import type { ChangeMade } from './inspection.js';
import type { LossFailed, LossSeen } from './lossMessages.js';
import type { Base64Float32, SourceLine, Text, WireNumber } from './values.js';

export type * from './conversation.js';
export type * from './lossMessages.js';

export const TELEMETRY_VERSION = 1;
/** No message of a sound probe is near this long, in bytes; a longer one ends the connection. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** The environment by which the engine speaks to a probe it has not met. */
export const ENVIRONMENT = {
  /** `unix:/path` or `tcp:127.0.0.1:port`. */
  socket: 'TRAINING_DEBUGGER_SOCKET',
  token: 'TRAINING_DEBUGGER_TOKEN',
  /** Process of the engine: one that is slow is waited for at the end, one that hangs is not. */
  engine: 'TRAINING_DEBUGGER_ENGINE',
  /** A file to append the same lines to; `{rank}` in it is replaced. */
  log: 'TRAINING_DEBUGGER_LOG',
  /** Seed to set for every random generator before the script begins. */
  seed: 'TRAINING_DEBUGGER_SEED',
  /** Share of step time that sampled measures may cost, 0.01 by default. */
  budget: 'TRAINING_DEBUGGER_BUDGET',
  /** Folder to keep the best and the last checkpoint in. */
  checkpoints: 'TRAINING_DEBUGGER_CHECKPOINTS',
  /** Checkpoint to go on from: loaded before the first training forward pass. */
  resume: 'TRAINING_DEBUGGER_RESUME',
  /** The `gear` to begin in, as JSON: a training must not run past its first steps before the engine has been heard. */
  gear: 'TRAINING_DEBUGGER_GEAR',
} as const;

export interface Hello {
  type: 'hello';
  version: number;
  token: string;
  framework: 'pytorch' | 'tfjs';
  frameworkVersion: string;
  language: 'python' | 'node';
  languageVersion: string;
  pid: number;
  rank: number;
  localRank: number;
  worldSize: number;
  host: string;
  /** The script as started, and all that came after the interpreter. */
  script: string;
  argv: string[];
  cwd: string;
  /** Wall clock at the start, seconds since 1970. */
  time: number;
  /** Versions of the packages that matter to the result. */
  packages: Record<string, string>;
}

/** Which backend computes, known when the first parameters are; said again when it changes. */
export interface RuntimeSeen {
  type: 'runtime';
  /** `cpu`, `cuda`, `mps`, `wasm`, `tensorflow` … */
  backend: string;
  /** The device as a person calls it: `NVIDIA H200`, `AMD EPYC …`. */
  device: string;
  /** Indices of the GPUs that this rank computes on. */
  gpus: number[];
  /** Accelerators that the framework could compute on here, used or not: `cuda`, `mps`, `tensorflow` … */
  available?: string[];
  /** Why not the better one, in words a person can act on. */
  reason?: Text;
  /** Seeds known to be set: `torch`, `numpy`, `python` … */
  seeds?: Record<string, number>;
}

export interface OptimizerSeen {
  type: 'optimizer';
  /** From 0: in order of construction in PyTorch, of the first steps in TensorFlow.js. */
  id: number;
  name: string;
  /** Where it was built. */
  source?: SourceLine;
  /** Where its `step()` is called. */
  stepSource?: SourceLine;
  /** Backward passes whose gradients were cleared, where no optimizer has made a step and no weight has moved. */
  idle?: number;
  /** Where these were called. */
  idleSource?: SourceLine;
  groups: { parameters: number; options: Record<string, WireNumber | boolean | string | null> }[];
}

export interface SchedulerSeen {
  type: 'scheduler';
  id: number;
  optimizer: number;
  name: string;
  source?: SourceLine;
  /** What it was built with: `step_size`, `gamma`, `T_max`, `total_steps` … */
  options?: Record<string, WireNumber | boolean | string | null>;
}

/** Said at a scheduler's first call, then at most once a second while it is called, and at the end. */
export interface SchedulerCalled {
  type: 'schedulerCall';
  id: number;
  /** Calls so far, without the one that building it makes. */
  calls: number;
  /** Optimizer steps done, of the optimizer it schedules. */
  steps: number;
  /** Epochs done, where they are known. */
  epochs?: number;
  /** True when it has been called before the first step of its optimizer. */
  beforeStep: boolean;
  source?: SourceLine;
}

/** A call site that clips gradients, said at its first call and again when what it says changes. */
export interface ClippingSeen {
  type: 'clipping';
  kind: 'norm' | 'value';
  limit: WireNumber;
  step: number;
  /** True when the gradients were still multiplied by the loss scale. */
  scaled: boolean;
  /** Whether a backward pass had run since the last optimizer step: without one there is nothing to clip. */
  gradients: 'fresh' | 'stale';
  source?: SourceLine;
}

/** Modules in order of construction within the model; the root has the empty name. */
export interface LayersSeen {
  type: 'layers';
  layers: {
    name: string;
    kind: string;
    source?: SourceLine;
    /** Of layers over sequences, whether the examples are the first axis of their input, or the second. */
    batchFirst?: boolean;
  }[];
}

/** Said once, and again when parameters join: every array of `parameterMeasures` is in this order. */
export interface ParametersSeen {
  type: 'parameters';
  parameters: {
    name: string;
    shape: number[];
    dtype: string;
    device: string;
    /** Index into `layers`, -1 when unknown. */
    layer: number;
    /** Optimizer that holds it, -1 when none does. */
    optimizer: number;
    /** Absent: true. */
    requiresGrad?: boolean;
    /** Absent: not known. Statistics of the weights before the first step. */
    initial?: { mean: WireNumber; std: WireNumber };
  }[];
}

export interface LoaderSeen {
  type: 'loader';
  id: number;
  source?: SourceLine;
  batchSize: number | null;
  /** Batches in an epoch, null for an iterable of unknown length. */
  batches: number | null;
  workers: number;
  shuffled: boolean | null;
  /** Examples in the data set. */
  examples?: number;
  dropLast?: boolean;
  role: 'train' | 'validation' | 'unknown';
}

/** Consecutive optimizer steps; leaves at most twenty times a second and holds every one of them. */
export interface Steps {
  type: 'steps';
  /** Index of the first step. */
  first: number;
  /** End of each step. */
  time: number[];
  /** Epoch of each step, from 0; absent until one is known. */
  epoch?: number[];
  /** Series by name (docs/telemetry.md lists them), each as long as `time`; null where it was not measured. */
  scalars: Record<string, (WireNumber | null)[]>;
}

/** Per-parameter measures of one sampled step, in the order of `parameters`; NaN where a parameter had none. */
export interface ParameterMeasures {
  type: 'parameterMeasures';
  step: number;
  time: number;
  gradNorm?: Base64Float32;
  weightNorm?: Base64Float32;
  /** Norm of the update over norm of the weight. */
  updateRatio?: Base64Float32;
}

/**
 * What the layers put out at one sampled step, in training. One entry for each layer without children that ran, in
 * the order of their first call; an activation called as a function is an entry of its own kind with `layer` -1.
 * Statistics are over the elements of the output, or over a sample of them.
 */
export interface ActivationMeasures {
  type: 'activations';
  step: number;
  time: number;
  layers: {
    /** Index into `layers`, -1 for a function. */
    layer: number;
    /** Class of the module, or name of the function: `ReLU`, `relu`, `tanh` … */
    kind: string;
    source?: SourceLine;
    /** Shape of its input, of batches of sequences only: three axes. */
    inputShape?: number[];
    mean: WireNumber;
    std: WireNumber;
    min: WireNumber;
    max: WireNumber;
    /** Share of units (channels, features) that are zero for every example of the batch; for ReLU and its kin. */
    dead?: number;
    /** Share of elements in the flat part: |tanh| > 0.99, a sigmoid below 0.01 or above 0.99. */
    saturated?: number;
    nonFinite: number;
    /** Standard deviation over the batch, averaged over units, where the batch has at least two examples. */
    spread?: WireNumber;
  }[];
}

/** How one pass over validation data was done. */
export interface ValidationMode {
  /** True when a module that behaves otherwise in training (dropout, batch-norm) was in training mode. */
  trainingMode?: boolean;
  /** True when gradients were recorded. */
  gradients?: boolean;
  /**
   * True when the training steps since the pass before ran in evaluation mode, other than those before it, of a model
   * for which the mode makes a difference.
   */
  kept?: boolean;
}

/** One pass over validation data, said when it ends. */
export interface Validation {
  type: 'validation';
  /** Optimizer steps done before it. */
  step: number;
  time: number;
  epoch?: number;
  batches: number;
  scalars: Record<string, WireNumber>;
  mode?: ValidationMode;
  source?: SourceLine;
}

/** Examples of the validation data that are in the training data as well; said once, at the end of a pass. */
export interface DataOverlap {
  type: 'overlap';
  step: number;
  /** Validation examples that were compared. */
  compared: number;
  /** How many of them equal a training example. */
  shared: number;
  /** Training examples that were kept to compare with. */
  training: number;
  /** How many of these equal another training example. */
  repeated: number;
  source?: SourceLine;
}

/**
 * The labels of one training batch: of the first 64 batches of each of the first two epochs, then of every sixteenth
 * to step 1024, then of sampled ones.
 */
export interface Labels {
  type: 'labels';
  step: number;
  epoch?: number;
  /** Index of the batch within the epoch, where it is known. */
  batch?: number;
  /** Examples of each class; of a binary target the classes are 0 and 1. */
  counts: number[];
  /** How many of them are predicted rightly, where it is known. */
  right?: number;
}

/** What the script itself reports, by `add_scalar`, `wandb.log`, `set_postfix` … */
export interface Metrics {
  type: 'metrics';
  step: number;
  time: number;
  values: Record<string, WireNumber>;
}

export interface EpochEnded {
  type: 'epoch';
  /** From 0. */
  epoch: number;
  /** Step after the last of the epoch. */
  step: number;
  time: number;
}

/** What the engine itself measures of the machine, by name of the series (`gpu/0/memory` …). No probe sends it. */
export interface Resources {
  type: 'resources';
  step: number;
  time: number;
  values: Record<string, WireNumber>;
}

/** How long the training will be, as far as loaders and loops tell; said again when it becomes better known. */
export interface Plan {
  type: 'plan';
  epochs?: number;
  stepsPerEpoch?: number;
  totalSteps?: number;
}

export interface Batch {
  type: 'batch';
  step: number;
  tensors: {
    /** `input`, `target`, or the key in the batch. */
    name: string;
    shape: number[];
    dtype: string;
    device: string;
    min?: WireNumber;
    max?: WireNumber;
    mean?: WireNumber;
    nonFinite?: number;
    std?: WireNumber;
    /** Share of elements that are zero. */
    zeros?: number;
    /** Features (positions of one example) that are the same for all examples of the batch, as a share. */
    constant?: number;
    /** Largest over smallest standard deviation of a feature over the batch, of those that are not constant. */
    featureScale?: WireNumber;
    /** Largest mean of a feature over the batch in units of its standard deviation. */
    featureOffset?: WireNumber;
  }[];
}

/** The first non-finite value: what was seen at the loss and in the gradients. */
export interface NonFiniteSeen {
  type: 'nonFinite';
  step: number;
  where: 'loss' | 'gradient' | 'parameter';
  /** Parameter names, for gradient and parameter. */
  names: string[];
  source?: SourceLine;
}

/**
 * Where a non-finite value first appeared, found by running the same batch again with the same random state.
 * `input`: the data. `parameter`: a weight. `forward`: the output of a module whose input and weights were finite.
 * `loss`: all modules are finite, the loss is not. `backward`: the gradient that leaves a module.
 */
export interface OriginSeen {
  type: 'origin';
  step: number;
  direction: 'input' | 'parameter' | 'forward' | 'loss' | 'backward';
  /** Index into `layers`, -1 where it is no module. */
  layer: number;
  /** Name of the module or the parameter, empty for the root. */
  module: string;
  kind: string;
  /** Operation within the module, where it is known: `log`, `div`, `sqrt` … */
  operation?: string;
  source?: SourceLine;
  /** Range of the finite numbers that went in. */
  inputMin?: WireNumber;
  inputMax?: WireNumber;
  inputNonFinite?: number;
  outputNonFinite?: number;
}

export interface StateChanged {
  type: 'state';
  state: 'running' | 'paused';
  step: number;
}

/** A file the probe kept for the user in the folder of checkpoints. */
export interface CheckpointSaved {
  type: 'checkpoint';
  /** `saved`: a person asked for it. */
  kind: 'best' | 'last' | 'saved';
  file: string;
  step: number;
}

/** Something the probe cannot or will no longer measure, or found worth saying. */
export interface Notice {
  type: 'notice';
  level: 'info' | 'warning';
  /** Stable: `measure-disabled`, `backend-fallback`, `rank-file`… */
  code: string;
  message: Text;
}

/** An exception that ends the script. */
export interface ExceptionSeen {
  type: 'exception';
  kind: string;
  message: string;
  /** Innermost last, the user's own files only. */
  frames: SourceLine[];
}

export interface Bye {
  type: 'bye';
  reason: 'finished' | 'stopped' | 'failed';
  /** Messages dropped because the engine was slow. */
  dropped: number;
}

/** All that a probe may send. */
export type ProbeLine = ProbeMessage | ConversationMessage;

export function isConversation(line: ProbeLine): line is ConversationMessage {
  return line.type === 'gate' || line.type === 'gear' || line.type === 'reply';
}

/** What is observed of a training: recorded, understood, judged. */
export type ProbeMessage =
  | Hello
  | RuntimeSeen
  | OptimizerSeen
  | SchedulerSeen
  | SchedulerCalled
  | ClippingSeen
  | LayersSeen
  | ParametersSeen
  | LoaderSeen
  | LossSeen
  | LossFailed
  | Steps
  | ParameterMeasures
  | ActivationMeasures
  | Validation
  | DataOverlap
  | Labels
  | Metrics
  | Resources
  | EpochEnded
  | Plan
  | Batch
  | NonFiniteSeen
  | OriginSeen
  | StateChanged
  | CheckpointSaved
  | ChangeMade
  | Notice
  | ExceptionSeen
  | Bye;

/**
 * Names of the series in `steps.scalars`, `validation.scalars` (there prefixed with `validation/`) and of the
 * resources the engine records. A further optimizer's are suffixed `/1`, `/2` …
 */
export const SERIES = {
  /** Training loss of the step: micro-batches summed. */
  loss: 'loss',
  trainAccuracy: 'accuracy',
  validationLoss: 'validation/loss',
  validationAccuracy: 'validation/accuracy',
  /** Global L2 norm of the gradient as the optimizer sees it before clipping where that is known. */
  gradNorm: 'gradNorm',
  /** Threshold of `clip_grad_norm_`, where it is called. */
  clipNorm: 'clipNorm',
  weightNorm: 'weightNorm',
  /** Norm of the whole update over norm of all weights. */
  updateRatio: 'updateRatio',
  /** Followed by `/<group>`, for a further optimizer by `/<optimizer>.<group>`. */
  learningRate: 'lr',
  lossScale: 'lossScale',
  /** 1 where gradients of the step before had not been cleared when this step's first backward pass began, else 0. */
  staleGradients: 'staleGradients',
  /** A number that stands for the content of the step's first batch: equal batches have equal ones. */
  batchFingerprint: 'batchFingerprint',
  /** Where the batch was cut out of larger tensors by the script, anew for this step: its share of their examples. */
  sliceShare: 'sliceShare',
  /** Graphs of earlier steps' losses that something still holds on to. */
  retainedGraphs: 'retainedGraphs',
  /** Tensors that the backend holds (TensorFlow.js). */
  tensors: 'memory/tensors',
  /** 1 where a step was taken but the update was skipped (loss scaling). */
  skipped: 'skipped',
  /** Examples in the step. */
  samples: 'samples',
  /** Seconds. */
  timeStep: 'time/step',
  timeData: 'time/data',
  timeForward: 'time/forward',
  timeBackward: 'time/backward',
  timeOptimizer: 'time/optimizer',
  /** Bytes. */
  memoryProcess: 'memory/process',
  memoryDevice: 'memory/device',
  memoryDeviceReserved: 'memory/deviceReserved',
  /** Followed by `<index>/memory`, `<index>/memoryTotal` (bytes) or `<index>/utilization` (0 to 1); by the engine, from nvidia-smi. */
  gpu: 'gpu/',
  /** Followed by the script's own name of a metric. */
  metric: 'metric/',
} as const;
