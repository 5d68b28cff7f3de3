import { performance } from 'node:perf_hooks';
import type { ProbeMessage, Validation } from '../../protocol/telemetry.js';
import type { SourceLine, Text } from '../../protocol/values.js';
import { callSite } from './callSite.js';
import { BundledSteps } from './bundledSteps.js';
import { Checkpoints } from './checkpoints.js';
import { Evaluations, type Evaluation } from './evaluations.js';
import { currentFit } from './fitContext.js';
import { Losses } from './losses.js';
import { base64 } from './measures/norms.js';
import { Models } from './models.js';
import { Optimizers, optimizerSeen } from './optimizers.js';
import { Parameters } from './parameters.js';
import { runtimeSeen } from './runtime.js';
import { Sampler } from './sampling.js';
import type { Session } from './session.js';
import { StepLog } from './stepLog.js';
import { stepScalars, suffixed, type OpenStep, type Scalars } from './stepScalars.js';
import { TrainingStopped } from './stop.js';
import type { EngineLike, NamedGradients, OptimizerLike } from './tensorflow.js';
import { TrainingClock } from './trainingClock.js';
import { COMMAND } from './transport/wire.js';
import { UpdateMeasure, updatesOf, type Update } from './updateMeasure.js';

/** Seconds between two departures of steps: at most twenty times a second. */
const INTERVAL = 0.05;

/** One process's training: steps as the optimizers take them. */
export class Training {
  readonly models = new Models();
  readonly optimizers = new Optimizers();
  readonly losses = new Losses();
  readonly parameters: Parameters;
  readonly evaluations: Evaluations;
  readonly checkpoints: Checkpoints;
  /** Why the script's packages are not the ones it asked for. */
  reason: Text | undefined;
  /** Looks for a reason that another thread knows. */
  beforeRuntime: () => void = () => undefined;
  /** Set when optimizer classes were found; a script that a bundler made one file of hides them. */
  optimizersHooked = false;
  /** Set when weights were loaded before the first step. */
  resumed = false;
  step = 0;
  private readonly time: TrainingClock;
  private readonly bundled = new BundledSteps(this);
  private readonly log = new StepLog();
  private readonly gradientSampler: Sampler;
  private readonly wholeSampler: Sampler;
  private lastEnd: number | undefined;
  private lastSent = -Infinity;
  private lastParameters = -Infinity;
  private backend: string | undefined;
  private nonFinite = false;
  private stopping = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(readonly session: Session) {
    this.gradientSampler = new Sampler(session.settings.budget / 2);
    this.wholeSampler = new Sampler(session.settings.budget / 2);
    this.time = new TrainingClock(session.guard);
    this.parameters = new Parameters(session, this.models);
    this.evaluations = new Evaluations(this);
    this.checkpoints = new Checkpoints(this);
    session.onEnd(() => {
      this.bundled.finish();
      this.evaluations.endPass();
      this.flush();
    });
  }

  /** Seconds of the training's own time: what the probe takes is not in it. */
  clock(): number {
    return this.time.now();
  }

  /** Runs a measure under its name, outside of the training's own time. */
  measure<T>(name: string, act: () => T): T | undefined {
    return this.time.measure(name, act);
  }

  /** The end of what is not part of a step: an epoch, a validation, a pause. */
  interrupt(): void {
    this.lastEnd = undefined;
  }

  get wholeDue(): boolean {
    return this.wholeSampler.due();
  }

  /** A gradient is about to be computed: whatever came before it is over. */
  gradientsWanted(): void {
    this.measure('loss', () => this.evaluations.begins());
    this.bundled.endStep();
  }

  gradientsKnown(engine: EngineLike, gradients: NamedGradients): void {
    if (!this.optimizersHooked) this.bundled.beginStep(engine, gradients);
  }

  stepBegins(engine: EngineLike, optimizer: OptimizerLike, gradients: NamedGradients): OpenStep {
    this.session.begin();
    const record = this.optimizers.record(optimizer);
    const open: OpenStep = {
      optimizer,
      record,
      evaluations: this.evaluations.take(),
      measure: undefined,
      cost: 0,
      began: this.clock(),
    };
    this.sayRuntime(engine);
    const updates = updatesOf(engine, gradients);
    this.measure('parameters', () => this.describe(engine, open, updates));
    const began = performance.now();
    open.measure = this.measure('norms', () => this.measureGradients(engine, updates));
    open.cost = (performance.now() - began) / 1000;
    return open;
  }

  /** Takes note of the end of a step; to be followed by `obey`, which may throw. */
  stepEnds(engine: EngineLike, open: OpenStep): void {
    const ended = this.clock();
    const began = performance.now();
    const measured = open.measure && this.measure('norms', () => open.measure?.finish());
    const cost = open.cost + (performance.now() - began) / 1000;
    this.measure('steps', () => {
      const seconds = ended - (this.lastEnd ?? open.evaluations[0]?.start ?? open.began);
      this.sample(seconds, open, cost);
      const scalars = {
        ...stepScalars(open, this.losses.series(open.record.id), ended, this.lastEnd),
        ...suffixed(measured?.norms ?? {}, open.record.id),
      };
      this.checkFinite(open, scalars);
      this.record(engine, scalars);
      if (measured?.each && open.measure) this.sendParameters(open.measure.names, measured.each);
    });
    this.step++;
    this.lastEnd = this.clock();
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const steps = this.log.take();
    if (steps) this.session.send(steps);
    this.lastSent = this.session.now();
  }

  /** Sends what belongs after the steps before it. */
  sendAfterSteps(message: ProbeMessage): void {
    this.flush();
    this.session.send(message);
  }

  /** Says the outcome of a validation and keeps the best model. */
  validated(message: Validation): void {
    this.sendAfterSteps(message);
    const loss = message.scalars['validation/loss'];
    if (loss !== undefined) this.measure('checkpoint', () => this.checkpoints.validated(Number(loss)));
    this.interrupt();
  }

  get epoch(): number | undefined {
    return currentFit()?.epoch;
  }

  private sayRuntime(engine: EngineLike): void {
    if (engine.backendName === this.backend) return;
    this.backend = engine.backendName;
    this.session.guard.run('fallback', this.beforeRuntime);
    this.session.send(runtimeSeen(engine, this.session.settings.seed, this.reason));
  }

  private describe(engine: EngineLike, open: OpenStep, updates: Update[]): void {
    const { record, optimizer, evaluations } = open;
    const names = updates.map(({ name }) => name);
    this.parameters.update(engine, record, names);
    if (!record.said) {
      record.said = true;
      this.session.send(optimizerSeen(optimizer, record, this.stepSource(evaluations)));
    }
    const last = evaluations.at(-1);
    if (!last || this.losses.isKnown(record.id)) return;
    this.session.send(this.losses.seen(record.id, last.value, last.loss, last.source, this.resumed));
  }

  private stepSource(evaluations: Evaluation[]): SourceLine | undefined {
    return callSite() ?? evaluations.at(-1)?.source ?? currentFit()?.source;
  }

  private measureGradients(engine: EngineLike, updates: Update[]): UpdateMeasure | undefined {
    const whole = this.wholeSampler.due();
    if (!whole && !this.gradientSampler.due()) return undefined;
    return new UpdateMeasure(engine, updates, whole);
  }

  private sample(seconds: number, open: OpenStep, cost: number): void {
    const whole = open.measure?.whole === true;
    this.gradientSampler.stepped(seconds, open.measure && !whole ? cost : undefined);
    this.wholeSampler.stepped(seconds, whole ? cost : undefined);
  }

  private checkFinite(open: OpenStep, scalars: Scalars): void {
    if (this.nonFinite) return;
    const loss = scalars[this.losses.series(open.record.id)];
    const names = open.measure?.nonFinite ?? [];
    const lossBroken = loss !== undefined && !Number.isFinite(loss);
    if (!lossBroken && names.length === 0) return;
    this.nonFinite = true;
    const source = open.evaluations.at(-1)?.loss?.source ?? open.evaluations.at(-1)?.source;
    const where = lossBroken ? 'loss' : 'gradient';
    this.sendAfterSteps({ type: 'nonFinite', step: this.step, where, names, ...(source && { source }) });
  }

  private record(engine: EngineLike, scalars: Scalars): void {
    const time = this.session.now();
    const leaves = time - this.lastSent >= INTERVAL;
    const memory = leaves
      ? { 'memory/process': process.memoryUsage.rss(), 'memory/device': engine.state.numBytes }
      : {};
    this.log.add(this.step, time, this.epoch, { ...scalars, ...memory });
    if (leaves) this.flush();
    // For a script that stops stepping but lets the event loop run.
    else this.timer ??= setTimeout(() => this.flush(), INTERVAL * 1000).unref();
  }

  private sendParameters(
    names: string[],
    each: Record<'gradNorm' | 'weightNorm' | 'updateRatio', number[]>,
  ): void {
    const time = this.session.now();
    if (time - this.lastParameters < INTERVAL) return;
    this.lastParameters = time;
    const pack = (values: number[]): string => base64(this.parameters.spread(names, values));
    this.sendAfterSteps({
      type: 'parameterMeasures',
      step: this.step,
      time,
      gradNorm: pack(each.gradNorm),
      weightNorm: pack(each.weightNorm),
      updateRatio: pack(each.updateRatio),
    });
  }

  /** Between two steps: waits while the engine says pause, throws when it says stop. */
  obey(): void {
    if (this.session.command === COMMAND.run) return;
    if (this.session.command === COMMAND.pause) this.pause();
    if (this.session.command !== COMMAND.stop) return;
    // A script that catches the exception and goes on is told again at the next step.
    if (!this.stopping) this.measure('checkpoint', () => this.checkpoints.saveLast());
    this.stopping = true;
    throw new TrainingStopped(this.step);
  }

  private pause(): void {
    this.sendAfterSteps({ type: 'state', state: 'paused', step: this.step });
    this.session.waitWhilePaused();
    this.session.send({ type: 'state', state: 'running', step: this.step });
    this.interrupt();
  }
}
