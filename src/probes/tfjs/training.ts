import type { ProbeLine, ProbeMessage, Validation } from '../../protocol/telemetry.js';
import type { SourceLine, Text } from '../../protocol/values.js';
import { Activations } from './activations.js';
import { Batches } from './batches.js';
import { callSite } from './callSite.js';
import { BundledSteps } from './bundledSteps.js';
import { Checkpoints } from './checkpoints.js';
import { Control } from './control.js';
import { Departures } from './departures.js';
import { Evaluations, type Evaluation } from './evaluations.js';
import { currentFit } from './fitContext.js';
import { Forward } from './forward/forward.js';
import { Gates } from './gates.js';
import { lossFailed, type FailedCall } from './lossFailed.js';
import { Losses } from './losses.js';
import { Models } from './models.js';
import { Optimizers, optimizerSeen } from './optimizers.js';
import { Origins } from './origins.js';
import { Parameters } from './parameters.js';
import { Resume } from './resume.js';
import { runtimeSeen } from './runtime.js';
import { Samplers } from './samplers.js';
import type { Session } from './session.js';
import { Slices } from './slices.js';
import { StepMeasures } from './stepMeasures.js';
import { stepScalars, suffixed, type OpenStep, type Scalars } from './stepScalars.js';
import type { EngineLike, NamedGradients, OptimizerLike, TensorLike } from './tensorflow.js';
import { TrainingClock } from './trainingClock.js';
import { Unapplied } from './unapplied.js';
import { updatesOf, type Update } from './updateMeasure.js';
import { Validations } from './validations.js';

/** One process's training: steps as the optimizers take them. */
export class Training {
  readonly models = new Models();
  readonly optimizers = new Optimizers();
  readonly losses = new Losses();
  readonly forward = new Forward();
  readonly samplers: Samplers;
  readonly parameters: Parameters;
  readonly evaluations = new Evaluations(this);
  readonly validations = new Validations(this);
  readonly batches = new Batches(this);
  readonly slices = new Slices();
  readonly unapplied = new Unapplied(this);
  readonly activations = new Activations(this);
  readonly origins = new Origins(this);
  readonly checkpoints = new Checkpoints(this);
  readonly resume: Resume;
  readonly gates = new Gates(this);
  readonly control: Control;
  /** Set while a person looks: what is computed then is not training. */
  held = false;
  /** What the last validation gave. */
  lastValidation: Scalars = {};
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
  private readonly measures = new StepMeasures(this);
  private readonly departures: Departures;
  private lastEnd: number | undefined;
  private backend: string | undefined;
  private nonFinite = false;
  private minimized = 0;

  constructor(readonly session: Session) {
    this.samplers = new Samplers(session.settings.budget);
    this.time = new TrainingClock(session.guard);
    this.departures = new Departures(session);
    this.parameters = new Parameters(session, this.models);
    this.resume = new Resume(this);
    this.control = new Control(this);
    this.gates.shifted();
    session.onEnd(() => {
      this.bundled.finish();
      this.validations.end();
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

  /** Runs what the training is held for, outside of its own time; it may throw. */
  outside<T>(act: () => T): T {
    return this.time.outside(act);
  }

  /** Runs what is too short to be worth a clock. */
  guarded<T>(name: string, act: () => T): T | undefined {
    return this.session.guard.run(name, act);
  }

  /** The end of what is not part of a step: an epoch, a validation, a pause. */
  interrupt(): void {
    this.lastEnd = undefined;
  }

  /** A gradient is about to be computed: whatever came before it is over. */
  gradientsWanted(engine: EngineLike, xs: TensorLike[]): void {
    this.measure('loss', () => this.validations.end());
    this.gates.validation(engine);
    this.resume.variables(engine);
    this.measure('loss', () => this.evaluations.begins(engine, xs));
    this.bundled.endStep();
  }

  /** Runs what computes gradients and applies them at once. */
  minimizing<T>(act: () => T): T {
    this.minimized++;
    try {
      return act();
    } finally {
      this.minimized--;
    }
  }

  gradientsKnown(engine: EngineLike, gradients: NamedGradients): void {
    if (this.optimizersHooked && this.minimized === 0) this.gates.microBatch(engine, gradients);
    if (!this.optimizersHooked) this.bundled.beginStep(engine, gradients);
  }

  stepBegins(engine: EngineLike, optimizer: OptimizerLike, gradients: NamedGradients): OpenStep {
    this.session.begin();
    this.unapplied.applied();
    const open: OpenStep = {
      optimizer,
      record: this.optimizers.stepping(optimizer),
      evaluations: this.evaluations.take(),
      measure: undefined,
      began: this.clock(),
    };
    this.sayRuntime(engine);
    const updates = updatesOf(engine, gradients);
    this.measure('parameters', () => this.describe(engine, open, updates));
    open.measure = this.measure('norms', () => this.measures.begin(engine, updates));
    return open;
  }

  /** Takes note of the end of a step; to be followed by `control.obey`, which may throw. */
  stepEnds(engine: EngineLike, open: OpenStep): void {
    const ended = this.clock();
    this.gates.passed();
    const { measure } = open;
    const finished = measure && this.measure('norms', () => this.measures.finish(measure));
    const measured = open.travelled ? finished && { norms: { gradNorm: finished.norms.gradNorm } } : finished;
    this.measure('steps', () => {
      this.samplers.stepped(ended - (this.lastEnd ?? open.evaluations[0]?.start ?? open.began));
      const scalars = {
        ...stepScalars(open, this.losses.series(open.record.id), ended, this.lastEnd),
        ...suffixed(measured?.norms ?? {}, open.record.id),
      };
      this.checkFinite(open, scalars);
      this.departures.record(engine, this.step, this.epoch, scalars, this.gates.memory?.bytes ?? 0);
      if (measure && measured && 'each' in measured)
        this.say(this.measures.parameters(this.step, this.session.now(), measure.names, measured.each));
    });
    this.measure('activations', () => this.attach(this.activations.take(this.step, this.session.now())));
    this.measure('origin', () => this.say(this.origins.take(this.step)));
    this.step++;
    this.forward.forget();
    this.lastEnd = this.clock();
  }

  flush(): void {
    this.departures.flush();
  }

  /** Sends what belongs after the steps before it. */
  sendAfterSteps(message: ProbeLine): void {
    this.departures.sendAfterSteps(message);
  }

  /** Sends what belongs after the steps before it, and is in no hurry. */
  attach(message: ProbeMessage | undefined): void {
    if (message) this.departures.attach(message);
  }

  private say(message: ProbeMessage | undefined): void {
    if (message) this.sendAfterSteps(message);
  }

  /** Says the outcome of a validation and keeps the best model. */
  validated(message: Validation): void {
    this.sendAfterSteps(message);
    this.lastValidation = Object.fromEntries(
      Object.entries(message.scalars).map(([name, value]) => [name, Number(value)]),
    );
    this.gates.owesValidation();
    const loss = message.scalars['validation/loss'];
    if (loss !== undefined) this.measure('checkpoint', () => this.checkpoints.validated(Number(loss)));
    this.interrupt();
  }

  /** How far the last measured update moved a variable, in units of its norm. */
  updateRatio(name: string): number | undefined {
    return this.measures.ratioOf(name);
  }

  /** Says what a loss function was called with that threw. */
  lossFailed(engine: EngineLike, call: FailedCall, error: unknown): void {
    this.session.begin();
    this.sendAfterSteps(lossFailed(engine, this.step, call, error));
  }

  get epoch(): number | undefined {
    return currentFit()?.epoch;
  }

  private sayRuntime(engine: EngineLike): void {
    if (engine.backendName === this.backend) return;
    this.backend = engine.backendName;
    this.guarded('fallback', this.beforeRuntime);
    this.session.send(runtimeSeen(engine, this.session.settings.seed, this.reason));
  }

  private describe(engine: EngineLike, open: OpenStep, updates: Update[]): void {
    const { record, optimizer, evaluations } = open;
    this.parameters.update(engine, {
      record,
      step: this.step,
      applied: updates.map(({ name }) => name),
      held: new Set(evaluations.flatMap(({ held }) => held)),
      used: evaluations.flatMap(({ used }) => used),
      othersWait: this.optimizers.wait,
    });
    if (!record.said) {
      record.said = true;
      this.session.send(optimizerSeen(optimizer, record, this.stepSource(evaluations)));
    }
    const last = evaluations.at(-1);
    if (!last || this.losses.isKnown(record.id)) return;
    this.session.send(this.losses.seen(record.id, last.value, last.losses, last.source, this.resumed));
  }

  private stepSource(evaluations: Evaluation[]): SourceLine | undefined {
    return callSite() ?? evaluations.at(-1)?.source ?? currentFit()?.source;
  }

  private checkFinite(open: OpenStep, scalars: Scalars): void {
    if (this.nonFinite) return;
    const loss = scalars[this.losses.series(open.record.id)];
    const names = open.measure?.nonFinite ?? [];
    const lossBroken = loss !== undefined && !Number.isFinite(loss);
    if (!lossBroken && names.length === 0) return;
    this.nonFinite = true;
    const source = open.evaluations.at(-1)?.losses[0]?.facts.source ?? open.evaluations.at(-1)?.source;
    const where = lossBroken ? 'loss' : 'gradient';
    this.sendAfterSteps({ type: 'nonFinite', step: this.step, where, names, ...(source && { source }) });
  }
}
