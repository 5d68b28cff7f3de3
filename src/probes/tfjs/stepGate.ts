import type { GateAction } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { byName, scalarsAtGate, wired } from './gateFacts.js';
import type { Look } from './requests.js';
import type { OpenStep, Scalars } from './stepScalars.js';
import type { EngineLike } from './tensorflow.js';
import type { Training } from './training.js';
import { namedGradients, type Pending, type Snapshot } from './travel/snapshots.js';
import { Travel } from './travel/travel.js';

/** The gate before one update, and the earlier ones that can be gone back to from it. */
export class StepGate {
  private readonly travel: Travel;
  private readonly scalars: Scalars;
  /** The recorded step of the present. */
  private readonly present: Snapshot | undefined;

  constructor(
    private readonly training: Training,
    private readonly engine: EngineLike,
    private readonly open: OpenStep,
    private readonly pending: Pending,
  ) {
    this.travel = new Travel(training, engine, training.gates.snapshotsOf(engine));
    this.scalars = scalarsAtGate(training, open);
    if (training.gates.remembers && !open.hidden)
      training.session.guard.run('going back', () => this.remember());
    this.present = training.gates.remembers ? this.travel.here : undefined;
  }

  /** @returns what is to be done for the update, null to leave it out */
  pass(): (() => void) | null {
    for (;;) {
      const action = this.ask();
      if (action === 'back') this.moving(() => this.travel.goBack());
      else if (action === 'forward' && this.travel.ahead > 0) this.moving(() => this.travel.goForward());
      else return this.leave(action);
    }
  }

  private leave(action: GateAction): (() => void) | null {
    const { travel, present, pending, training } = this;
    const { here } = travel;
    const skips = action === 'skip' && !this.open.hidden;
    const isPast = here !== undefined && here !== present;
    if (isPast) this.open.travelled = true;
    if (isPast) {
      travel.goOn(here);
      this.sayBack(here.step);
    }
    if (skips) {
      this.open.skipped = true;
      this.change('skip', here?.step ?? training.step);
      return null;
    }
    return isPast ? () => travel.apply(here) : () => pending.apply(pending.gradients);
  }

  /** The present step, computed anew, is no way back. */
  private sayBack(to: number): void {
    const { step } = this.training;
    if (to !== step) this.change('back', step, { before: String(step), after: String(to) });
  }

  private change(kind: 'back' | 'skip', step: number, from?: { before: string; after: string }): void {
    const { training } = this;
    training.sendAfterSteps({ type: 'change', step, time: training.session.now(), kind, name: '', ...from });
  }

  /** Goes to another step; where that fails, the training stays at this one and says so. */
  private moving(act: () => void): void {
    const { training } = this;
    this.open.travelled = true;
    training.held = true;
    try {
      training.session.guard.run('going back', act);
    } finally {
      training.held = false;
    }
  }

  private ask(): GateAction {
    const { training, engine, travel, present, open } = this;
    const snapshots = training.gates.snapshotsOf(engine);
    const { here } = travel;
    const isPast = here !== undefined && here !== present;
    const facts = isPast ? here : undefined;
    const tensors = facts && snapshots.gradientsOf(facts);
    const gradients = byName(tensors ?? this.pending.gradients);
    const optimizer = facts?.optimizer ?? this.pending.optimizer;
    const look: Look = { engine, step: facts?.step ?? training.step, optimizer, gradients };
    const limit = this.limit();
    try {
      return training.gates.ask(
        {
          kind: 'step',
          optimizer: training.optimizers.record(optimizer).id,
          scalars: wired(facts?.scalars ?? this.scalars),
          ...(facts?.epoch !== undefined && { epoch: facts.epoch }),
          ...(facts?.batch !== undefined && { batch: facts.batch }),
          back: open.hidden ? 0 : travel.back,
          ahead: travel.ahead,
          ...(limit && { backLimit: limit }),
        },
        look,
      );
    } finally {
      if (tensors) gradients.forEach((tensor) => tensor.dispose());
    }
  }

  private limit(): ReturnType<typeof text> | undefined {
    const { training } = this;
    if (this.open.hidden)
      return text('TensorFlow.js is inside the script’s own file, so its optimizer cannot be set back.');
    if (!training.gates.remembers) return text('Nothing is kept for going back.');
    return training.gates.snapshotsOf(this.engine).limit;
  }

  private remember(): void {
    const { training, engine, open, pending } = this;
    const { gates } = training;
    const named = namedGradients(pending.gradients);
    const present = named.flatMap(({ name, tensor }) => (tensor ? [{ name, tensor }] : []));
    const replay = gates.replays.take(open.evaluations.length, present);
    const facts = {
      step: training.step,
      epoch: training.epoch,
      batch: training.batches.index,
      scalars: this.scalars,
    };
    const bytes = training.control.gear.snapshotBytes;
    gates.snapshotsOf(engine).take(facts, pending, training.optimizers.living(), replay, bytes);
  }
}
