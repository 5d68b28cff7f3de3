/** What is known of a run without its series: everything that lists, tiles and snapshots show. */
import type { ChangeMade } from '../protocol/inspection.js';
import type { LossInfo, RunSnapshot, RunSummary, RuntimeSummary } from '../protocol/runApi.js';
import {
  type ExceptionSeen,
  type Hello,
  type LossSeen,
  type Plan,
  type ProbeMessage,
  SERIES,
  type Steps,
  type Validation,
} from '../protocol/telemetry.js';
import { formatText } from '../protocol/values.js';
import { ThinnedList, UniqueList } from './bounded.js';
import { expectedInitialLoss } from './expectedLoss.js';
import { LossTrack } from './lossTrack.js';
import { isBetterKnown, type Place, placeKey, placesIn } from './places.js';

const EPOCHS_KEPT = 4096;
const PLACES_KEPT = 500;
const NOTICES_KEPT = 100;
const CHANGES_KEPT = 1000;
const CHECKPOINTS_KEPT = 1000;

type Epoch = RunSnapshot['epochs'][number];
type NoticeInfo = RunSnapshot['notices'][number];
type Change = RunSnapshot['changes'][number];
type Checkpoint = RunSnapshot['checkpoints'][number];

export interface RunStateSummary extends Pick<
  RunSummary,
  | 'steps'
  | 'epoch'
  | 'totalSteps'
  | 'totalEpochs'
  | 'loss'
  | 'validation'
  | 'runtime'
  | 'ranks'
  | 'problemSource'
> {
  /** What ended the script, where an exception did. */
  exception: Pick<ExceptionSeen, 'kind' | 'message' | 'frames'> | null;
}

/**
 * Takes the messages of every rank in the order they come. Losses, epochs, plan and runtime are the lowest rank's:
 * the ranks of a data-parallel run agree on them, up to their own batches. Memory does not grow with the run.
 */
export class RunState {
  private readonly hellos = new Map<number, Hello>();
  private readonly ranks = new Set<number>();
  private leader = Infinity;
  private steps = 0;
  private epoch: number | null = null;
  private plan: Plan = { type: 'plan' };
  private loss = new LossTrack();
  private validationLoss = new LossTrack();
  private backend: Pick<RuntimeSummary, 'backend' | 'device' | 'reason'> | null = null;
  private exception: RunStateSummary['exception'] = null;
  private lossesSeen = new Map<string, LossInfo>();
  private epochsEnded = new ThinnedList<Epoch>(EPOCHS_KEPT);
  private readonly placesSeen = new UniqueList<Place>(PLACES_KEPT, placeKey, isBetterKnown);
  private readonly noticesSeen = new UniqueList<NoticeInfo>(
    NOTICES_KEPT,
    (notice) => `${notice.code} ${formatText(notice.message)}`,
  );
  private readonly checkpointsKept = new UniqueList<Checkpoint>(
    CHECKPOINTS_KEPT,
    ({ file }) => file,
    () => true,
  );
  private readonly changesMade: Change[] = [];
  /** Random seeds that the script or the launch set, by generator. */
  readonly seeds: Record<string, number> = {};

  get losses(): LossInfo[] {
    return [...this.lossesSeen.values()];
  }

  get places(): Place[] {
    return this.placesSeen.items;
  }

  get epochs(): Epoch[] {
    return this.epochsEnded.items;
  }

  get notices(): NoticeInfo[] {
    return this.noticesSeen.items;
  }

  get checkpoints(): Checkpoint[] {
    return this.checkpointsKept.items;
  }

  /** What a person changed by hand, in order; the first thousand. */
  get changes(): Change[] {
    return this.changesMade;
  }

  /** What the lowest rank said of itself: script, versions, packages. */
  get hello(): Hello | null {
    return this.hellos.get(this.leader) ?? null;
  }

  apply(rank: number, message: ProbeMessage): void {
    this.meet(rank);
    for (const place of placesIn(message)) this.placesSeen.add(place);
    if (rank === this.leader) this.applyLeader(message);
    switch (message.type) {
      case 'hello':
        this.hellos.set(rank, message);
        break;
      case 'steps':
        this.steps = Math.max(this.steps, message.first + message.time.length);
        break;
      case 'notice':
        this.noticesSeen.add({ code: message.code, level: message.level, message: message.message });
        break;
      case 'checkpoint':
        this.checkpointsKept.add({ kind: message.kind, file: message.file, step: message.step });
        break;
      case 'change':
        this.applyChange(message);
        break;
      case 'exception':
        this.exception ??= { kind: message.kind, message: message.message, frames: message.frames };
        break;
      default:
    }
  }

  summary(): RunStateSummary {
    const { plan } = this;
    const product = plan.epochs !== undefined && plan.stepsPerEpoch ? plan.epochs * plan.stepsPerEpoch : null;
    return {
      steps: this.steps,
      epoch: this.epoch,
      totalSteps: plan.totalSteps ?? product,
      totalEpochs: plan.epochs ?? null,
      loss: this.loss.summary(),
      validation: this.validationLoss.measured ? this.validationLoss.summary() : null,
      runtime: this.runtime(),
      ranks: this.ranks.size,
      problemSource: this.exception?.frames.at(-1) ?? null,
      exception: this.exception,
    };
  }

  /** A lower rank that comes later takes over, with a clean sheet for what only one rank tells. */
  private meet(rank: number): void {
    this.ranks.add(rank);
    if (rank >= this.leader) return;
    this.leader = rank;
    this.loss = new LossTrack();
    this.validationLoss = new LossTrack();
    this.lossesSeen = new Map();
    this.epochsEnded = new ThinnedList(EPOCHS_KEPT);
  }

  private applyLeader(message: ProbeMessage): void {
    switch (message.type) {
      case 'runtime':
        this.backend = { backend: message.backend, device: message.device, reason: message.reason ?? null };
        Object.assign(this.seeds, message.seeds);
        break;
      case 'loss':
        this.applyLoss(message);
        break;
      case 'steps':
        this.applySteps(message);
        break;
      case 'validation':
        this.applyValidation(message);
        break;
      case 'epoch':
        this.epochsEnded.push({ epoch: message.epoch, step: message.step, time: message.time });
        this.epoch = Math.max(this.epoch ?? 0, message.epoch);
        break;
      case 'plan':
        this.plan = { ...this.plan, ...message };
        break;
      default:
    }
  }

  private applyChange({ type: _, ...change }: ChangeMade): void {
    if (this.changesMade.length < CHANGES_KEPT) this.changesMade.push(change);
  }

  private applyLoss(loss: LossSeen): void {
    if (this.lossesSeen.has(loss.series)) return;
    const expected = expectedInitialLoss(loss);
    this.lossesSeen.set(loss.series, {
      series: loss.series,
      label: loss.label || loss.series,
      function: loss.function,
      expected: expected?.value ?? null,
      expectedFormula: expected?.formula ?? null,
      source: loss.source ?? loss.backwardSource ?? null,
    });
  }

  private applySteps(steps: Steps): void {
    this.epoch = steps.epoch?.at(-1) ?? this.epoch;
    steps.scalars[SERIES.loss]?.forEach((value, i) => {
      if (value !== null) this.loss.add(steps.first + i, value);
    });
  }

  private applyValidation(validation: Validation): void {
    const value = validation.scalars[SERIES.validationLoss];
    if (value !== undefined) this.validationLoss.add(validation.step, value);
  }

  private runtime(): RuntimeSummary | null {
    const { hello } = this;
    if (!hello) return null;
    const { framework, frameworkVersion: version } = hello;
    return { framework, version, ...(this.backend ?? { backend: '', device: '', reason: null }) };
  }
}
