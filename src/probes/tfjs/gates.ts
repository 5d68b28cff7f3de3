import type { GatePlace } from '../../protocol/inspection.js';
import type { GateAction } from '../../protocol/telemetry.js';
import { callSite } from './callSite.js';
import { currentFit } from './fitContext.js';
import { byName, wired } from './gateFacts.js';
import type { Look } from './requests.js';
import { StepGate } from './stepGate.js';
import type { OpenStep, Scalars } from './stepScalars.js';
import type { EngineLike, NamedGradients } from './tensorflow.js';
import type { Training } from './training.js';
import { Memory } from './travel/memory.js';
import { Replays } from './travel/replay.js';
import { Snapshots, type Pending } from './travel/snapshots.js';

/** What a gate says besides what is the same for all of them. */
type Said = Pick<GatePlace, 'kind'> & Partial<GatePlace>;

/** The places where training can be held. In the free gear they cost the look at a flag. */
export class Gates {
  readonly replays: Replays;
  memory: Memory | undefined;
  snapshots: Snapshots | undefined;
  private count = 0;
  private validationEnded = false;
  /** Whether a step's gate is open, where snapshots are needed to the end. */
  private passing = false;

  constructor(private readonly training: Training) {
    this.replays = new Replays(training);
  }

  get gated(): boolean {
    return this.training.control.gear.gated;
  }

  /** Whether what is needed to go back is kept. */
  get remembers(): boolean {
    const { gear } = this.training.control;
    return gear.gated && gear.snapshotBytes > 0 && gear.kinds.includes('step');
  }

  /** Forgets what is not needed in the gear that was changed to. */
  shifted(): void {
    this.training.forward.keeps = this.gated;
    if (!this.passing) this.forget();
  }

  /** An update was applied or left out. */
  passed(): void {
    this.passing = false;
    this.forget();
  }

  private forget(): void {
    if (this.remembers) return;
    this.snapshots?.clear();
    if (this.memory) this.replays.drop(this.memory);
  }

  /** Takes note of how a loss is computed. */
  lossComputed(engine: EngineLike): void {
    if (!this.remembers) return;
    this.replays.computed(engine, this.memoryOf(engine));
  }

  memoryOf(engine: EngineLike): Memory {
    return (this.memory ??= new Memory(engine));
  }

  snapshotsOf(engine: EngineLike): Snapshots {
    return (this.snapshots ??= new Snapshots(engine, this.memoryOf(engine)));
  }

  /**
   * An update is about to be applied.
   * @returns what is to be done instead of applying it, null to leave it out
   */
  step(engine: EngineLike, open: OpenStep, pending: Pending): (() => void) | null {
    const { training } = this;
    const go = (): void => pending.apply(pending.gradients);
    if (!this.isClosed('step')) return go;
    this.passing = true;
    return training.outside(() => new StepGate(training, engine, open, pending).pass());
  }

  /** Gradients were computed that are not applied at once. */
  microBatch(engine: EngineLike, gradients: NamedGradients): void {
    if (!this.isClosed('microBatch')) return;
    const { training } = this;
    const { sinceStep } = training.evaluations;
    const scalars: Scalars = { loss: sinceStep.at(-1)?.value };
    const look: Look = { engine, step: training.step, optimizer: undefined, gradients: byName(gradients) };
    const said: Said = {
      kind: 'microBatch',
      microBatch: Math.max(0, sinceStep.length - 1),
      scalars: wired(scalars),
    };
    training.outside(() => this.ask(said, look));
  }

  /** A validation was said: its gate comes when it is safe to hold. */
  owesValidation(): void {
    this.validationEnded = true;
  }

  validation(engine: EngineLike | undefined): void {
    const owed = this.validationEnded;
    this.validationEnded = false;
    if (!owed || !engine || !this.isClosed('validation')) return;
    const { training } = this;
    const look: Look = { engine, step: training.step, optimizer: undefined, gradients: new Map() };
    const scalars = wired(training.lastValidation);
    training.outside(() => this.ask({ kind: 'validation', scalars }, look));
  }

  private isClosed(kind: GatePlace['kind']): boolean {
    const { control } = this.training;
    control.listen();
    return control.gear.gated && control.gear.kinds.includes(kind);
  }

  /** Says a gate and waits for what to do there. */
  ask(said: Said, look: Look): GateAction {
    const { training } = this;
    const source = callSite() ?? currentFit()?.source;
    const { epoch } = training;
    const batch = training.batches.index;
    const gate = this.count++;
    const place: GatePlace = {
      step: look.step,
      ...(epoch !== undefined && { epoch }),
      ...(batch !== undefined && { batch }),
      scalars: {},
      back: 0,
      ahead: 0,
      ...(source && { source }),
      ...said,
    };
    training.sendAfterSteps({ type: 'gate', gate, time: training.session.now(), ...place });
    return training.control.verdict(gate, look);
  }
}
