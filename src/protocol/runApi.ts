/**
 * Engine <-> clients (extension host, debug adapter, command): JSON-RPC (`vscode-jsonrpc`) on a private socket, whose
 * address and token are in `engine.json` of the run directory (0600). Any number of clients may be attached. The same
 * interface is served in-process over a finished run's directory.
 */
import type { ChangeMade, GatePlace, InspectCall } from './inspection.js';
import type { CheckpointSaved } from './telemetry.js';
import type { SourceLine, Text, WireNumber } from './values.js';

export const RUN_API_VERSION = 1;

/**
 * `lost`: the engine was killed; what it recorded is readable. `damaged`: the manifest cannot be read.
 * `failed`: the script ended by itself with an exit code other than 0. `stopped`: by a person.
 */
export type RunStatus =
  'starting' | 'running' | 'paused' | 'stopping' | 'completed' | 'failed' | 'stopped' | 'lost' | 'damaged';

export const LIVE_STATUSES: readonly RunStatus[] = ['starting', 'running', 'paused', 'stopping'];

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Switched off, or the severity that findings of a rule get. */
export type RuleLevel = 'off' | Severity;

/** The severity of a rule, and its thresholds by name. */
export interface RuleOptions {
  severity?: RuleLevel;
  [threshold: string]: number | RuleLevel | undefined;
}

/** As settings and launch.json have it: `"warning"`, or `{ "severity": "warning", "window": 50 }`. */
export type RuleSetting = RuleLevel | RuleOptions;

/** A likely cause of a finding, in words that lead to a change. */
export interface LikelyCause {
  /** The id of a rule where one finds the cause itself, else a name of `src/diagnosis/causes`. */
  id: string;
  title: Text;
  /** What was seen, with its numbers, and why that points here. */
  because: Text;
  /** What to do. */
  fix: Text;
  source: SourceLine | null;
}

/** What is wrong, on which line, why it is thought so and what to do. Updated in place: same `id`. */
export interface Finding {
  id: string;
  rule: string;
  /** The rule of the finding that this one is a symptom of. */
  cause: string | null;
  severity: Severity;
  /** Step at which it was first seen. */
  step: number;
  rank: number;
  /** One sentence with the numbers in it. */
  message: Text;
  /** Why it matters and what to look at. */
  explanation: Text;
  evidence: Record<string, WireNumber | string>;
  /** Series to mark on a chart. */
  series: string | null;
  source: SourceLine | null;
  /** `edits`, where the text of the script alone decides what to change. */
  fixes: { title: Text; safety: 'safe' | 'suggestion' }[];
  /** The likeliest first; absent where the rule itself names the cause. */
  causes?: LikelyCause[];
}

export interface CheckReport {
  rule: string;
  status: 'ran' | 'skipped';
  /** Why it could not judge the run, or what was suppressed of what it found. */
  reason: Text | null;
  /** Lines whose comment suppresses what the rule found there. */
  suppressed?: SourceLine[];
}

export interface LossSummary {
  first: WireNumber | null;
  last: WireNumber | null;
  best: WireNumber | null;
  bestStep: number | null;
}

export interface RuntimeSummary {
  framework: 'pytorch' | 'tfjs';
  version: string;
  backend: string;
  device: string;
  reason: Text | null;
}

/** What lists show of a run; `run.json` keeps it under `summary`, beside what is needed to reproduce the run. */
export interface RunSummary {
  id: string;
  /** Name of the launch configuration, or the script. */
  name: string;
  directory: string;
  status: RunStatus;
  /** Why it is `failed`, `lost` or `damaged`, for people. */
  problem: Text | null;
  /** Where the script raised, where it did. */
  problemSource: SourceLine | null;
  /** Seconds since 1970. */
  startedAt: number;
  endedAt: number | null;
  exitCode: number | null;
  /** Optimizer steps done. */
  steps: number;
  epoch: number | null;
  totalSteps: number | null;
  totalEpochs: number | null;
  loss: LossSummary;
  validation: LossSummary | null;
  runtime: RuntimeSummary | null;
  ranks: number;
  findings: Record<Severity, number>;
}

export interface SeriesInfo {
  name: string;
  rank: number;
  /** How a person calls it where the script tells: `loss_d`. */
  label: string | null;
  points: number;
  firstStep: number;
  lastStep: number;
  last: WireNumber;
  /** Over all finite points. */
  min: WireNumber;
  max: WireNumber;
}

export type XAxis = 'step' | 'epoch' | 'time';

export interface FrameRequest {
  rank: number;
  series: string[];
  x: XAxis;
  /** Range in units of `x`; the whole where absent. */
  from?: number;
  to?: number;
  /** At most this many buckets a series. */
  width: number;
}

/** One series over a range in at most `width` buckets. A bucket with no finite point has NaN in all three. */
export interface SeriesFrame {
  series: string;
  /** Base64 of little-endian float64: x of each bucket's first point. */
  x: string;
  /** Base64 of little-endian float32, as long as x. */
  min: string;
  max: string;
  mean: string;
  /** Non-finite points in each bucket, base64 of uint32. */
  nonFinite: string;
  /** Points that a bucket stands for, at most; 1 means nothing was merged. */
  stride: number;
}

/** Per-parameter values of one measure over steps, for a heatmap: rows are parameters. */
export interface ParameterFrame {
  names: string[];
  steps: number[];
  /** Base64 float32, row by row, `names.length * steps.length`. */
  values: string;
}

export interface ConsoleChunk {
  stream: 'stdout' | 'stderr';
  text: string;
  /** Bytes left out before this because the script prints faster than can be shown; the log has them all. */
  dropped: number;
}

/** A loss as charts and rules need it. */
export interface LossInfo {
  series: string;
  label: string;
  function: string;
  /** Expected value of an untrained model, where it can be known. */
  expected: number | null;
  /** How it follows: `ln(10)`. */
  expectedFormula: string | null;
  source: SourceLine | null;
}

export interface RunSnapshot {
  summary: RunSummary;
  series: SeriesInfo[];
  losses: LossInfo[];
  findings: Finding[];
  checks: CheckReport[];
  notices: { code: string; level: 'info' | 'warning'; message: Text }[];
  /** Named places: `optimizer`, `loss`, `backward`, `step`, `scheduler`, `loader` … with what is there. */
  places: { kind: string; label: string; source: SourceLine }[];
  epochs: { epoch: number; step: number; time: number }[];
  /** The last lines of the console. */
  console: ConsoleChunk[];
  planned: { learningRate: { step: number; value: number }[] } | null;
  /** Where and why training is held, where it is. */
  stop: Stop | null;
  /** Files that were kept to go on from, of each file what was kept last. They may have been deleted since. */
  checkpoints: Omit<CheckpointSaved, 'type'>[];
  /** What a person changed in the training by hand, in order. */
  changes: Omit<ChangeMade, 'type'>[];
}

/** A rule, or all rules of a severity, that training is held for as soon as it finds something. */
export interface ExceptionBreakpoint {
  /** Id of a rule, or of a filter of src/breakpoints/filters.ts that stands for several. */
  filter: string;
  /** `gradNorm > 100 && step > 50`: holds only where this is true. */
  condition?: string;
}

/** An expression over measures: holds when it becomes true. */
export interface FunctionBreakpoint {
  expression: string;
  condition?: string;
}

export interface Breakpoints {
  exceptions: ExceptionBreakpoint[];
  functions: FunctionBreakpoint[];
}

export interface BreakpointState {
  verified: boolean;
  /** Why it cannot be: the place in the expression and what was expected there. */
  problem: Text | null;
}

/**
 * `over`: to the update of the next step. `into`: to the end of the next backward pass or to the update, whichever is
 * first. `out`: to the end of the next validation. `back`: to the step before. `skip`: to the next step, without the
 * update that waits. `continue`: on.
 */
export type Advance = 'continue' | 'over' | 'into' | 'out' | 'back' | 'skip';

export interface Stop {
  /** Counts the stops of a run, from 0. */
  id: number;
  reason: 'entry' | 'pause' | 'step' | 'finding' | 'expression';
  /** Why, in a few words with the numbers: `The loss is NaN`. */
  description: Text;
  /** The rank that it is about. */
  rank: number;
  /** Place of each rank that is held. */
  ranks: { rank: number; place: GatePlace }[];
  finding: Finding | null;
  /** The breakpoint's expression. */
  expression: string | null;
}

/** Requests, by method: parameters and result. A failure is a JSON-RPC error whose message a person can read. */
export interface RunRequests {
  /** First of a connection; a wrong token or version ends it. */
  attach: { params: { token: string; version: number }; result: RunSnapshot };
  snapshot: { params: Record<string, never>; result: RunSnapshot };
  frames: { params: FrameRequest; result: SeriesFrame[] };
  parameterFrame: {
    params: { rank: number; measure: 'gradNorm' | 'weightNorm' | 'updateRatio'; width: number };
    result: ParameterFrame;
  };
  /** Raw points as CSV text: step, epoch, time, then a column a series. */
  exportCsv: { params: { rank: number; series: string[]; file: string }; result: { rows: number } };
  /** Resolves when it is asked for; every rank is held at the same step, which `stopped` tells. */
  pause: { params: Record<string, never>; result: null };
  resume: { params: Record<string, never>; result: null };
  /**
   * Replaces what this client has set, or where it is new, what one by the same `owner` left when its connection ended;
   * the breakpoints of all clients hold. They go when training went on by itself because nobody came back to a stop.
   */
  setBreakpoints: {
    params: Breakpoints & { owner: string };
    result: { exceptions: BreakpointState[]; functions: BreakpointState[] };
  };
  /** Rejects where training is not held, or where there is nothing to go back to. */
  advance: { params: { how: Advance }; result: null };
  /** Asks a rank that is held (for `saveCheckpoint`, also one that runs). The result is that of `InspectRequests`. */
  inspect: { params: { rank: number; call: InspectCall }; result: unknown };
  /** Values of measures by the names that breakpoint expressions use, for a rank. */
  measures: { params: { rank: number }; result: { values: Record<string, WireNumber> } };
  /** Graceful at first; a second call, or ten seconds, ends the process tree by signal. */
  stop: { params: Record<string, never>; result: null };
}

/** Notifications from the engine, at most ten of each kind a second. */
export interface RunNotifications {
  /** Something measured: the summary, and last values and lengths of series that grew. */
  progress: { summary: RunSummary; series: SeriesInfo[] };
  /** Losses, places, notices, epochs, checks or plan changed: ask for a snapshot. */
  described: Record<string, never>;
  findings: { findings: Finding[] };
  console: ConsoleChunk[];
  /** Training is held; said at once, and again with the same `id` when a further rank comes to hold or ends. */
  stopped: Stop;
  /** Training goes on after a stop; said at once. */
  continued: Record<string, never>;
  /** The run is over and its record complete; the engine goes away when the last client has. */
  ended: { summary: RunSummary };
}

export type RunMethod = keyof RunRequests;
export type RunNotification = keyof RunNotifications;

/** What a client holds, whether the run is live (over the socket) or recorded (in-process over its directory). */
export interface RunClient {
  request<M extends RunMethod>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']>;
  on<N extends RunNotification>(
    notification: N,
    listener: (params: RunNotifications[N]) => void,
  ): { dispose(): void };
  /** The connection ended, with or without the run having ended. */
  onClosed(listener: () => void): { dispose(): void };
  dispose(): void;
}

/** What `launch.json`, a command line or a sweep asks of the engine. Paths are absolute, variables substituted. */
export interface LaunchConfig {
  name: string;
  workspace: string;
  /** Folder that holds the run directories, `.training-debugger/runs` of the workspace by default. */
  runsDirectory: string;
  /** A file, or with `module` a dotted module name. */
  program?: string;
  module?: string;
  args: string[];
  cwd: string;
  /** null removes a variable. */
  env: Record<string, string | null>;
  envFile?: string;
  runtime: 'auto' | 'python' | 'node';
  /** Python or Node executable; found by itself where absent. */
  interpreter?: string;
  interpreterArgs: string[];
  /** Indices of the GPUs the process may see; absent: all. */
  gpus?: number[];
  /** Processes on this machine under torchrun; absent or 1: none. */
  nprocPerNode?: number;
  /** Given to the script as `--name value`. */
  hyperparameters: Record<string, string | number | boolean>;
  seed?: number;
  /** Rules switched off, or changed in severity or thresholds, by rule id. */
  rules: Record<string, RuleSetting>;
  /** Held at the first update. */
  stopOnEntry?: boolean;
  /** Megabytes that snapshots for going back may take, in each process; 0 keeps none. 512 where absent. */
  stepBackMemory?: number;
  /** Seconds that a held training waits for somebody to come back before it goes on by itself; 300 where absent. */
  pauseGrace?: number;
  /** Checkpoint to go on from: model, optimizer, scheduler, scaler and random state. */
  resumeFrom?: string;
  /** Those of the client that launches, in force from the first step on; not an attribute of launch.json. */
  breakpoints?: Breakpoints & { owner: string };
  /** Port on loopback at which the debugger of the language (debugpy, Node's inspector) waits for a client. */
  debuggerPort?: number;
}
