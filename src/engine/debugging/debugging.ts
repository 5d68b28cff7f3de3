/** Holds a training, lets it go on and passes on what is asked of it meanwhile: all that clients ask of a live run. */
import type { CheckedBreakpoints } from '../../breakpoints/check.js';
import type { InspectCall } from '../../protocol/inspection.js';
import type { Advance, Breakpoints, Finding, LaunchConfig, Stop } from '../../protocol/runApi.js';
import type {
  ConversationMessage,
  EngineMessage,
  Gate,
  GateAction,
  Gear,
  ProbeMessage,
} from '../../protocol/telemetry.js';
import { text, type Text, type WireNumber } from '../../protocol/values.js';
import { type Aim, AIMS, DEFAULT_PAUSE_GRACE, gearFor } from './aim.js';
import type { Client } from '../service.js';
import { BreakpointSet, type Setter } from './breakpointSet.js';
import { Gates } from './gates.js';
import { Grace } from './grace.js';
import type { Rank } from './rank.js';
import { RequestError } from './requestError.js';
import { Requests } from './requests.js';
import { aimReason, hitReason, type StopReason } from './stops.js';

export interface DebuggingEvents {
  send(rank: number, message: EngineMessage): void;
  /** Runs the rules over a step whose update waits; what they find comes back through `found`. */
  judge(rank: number, gate: Gate): void;
  known(): readonly Finding[];
  stopped(stop: Stop): void;
  continued(): void;
  notice(code: string, message: Text): void;
}

export class Debugging {
  /** Where and why training is held. */
  stop: Stop | null = null;
  private readonly breakpoints = new BreakpointSet();
  private readonly gates: Gates;
  private readonly requests: Requests;
  private readonly grace: Grace;
  /** What is seen at gates where ranks wait, by rank. */
  private readonly hits = new Map<Rank, StopReason>();
  private aim: Aim | null;
  private gear: Gear;
  private stops = 0;
  private ending = false;

  constructor(
    private readonly config: LaunchConfig,
    private readonly events: DebuggingEvents,
  ) {
    this.requests = new Requests((rank, message) => events.send(rank, message));
    this.gates = new Gates((rank, message) => events.send(rank, message), {
      wants: (rank) => this.wants(rank),
      insists: (rank) => this.hits.has(rank) || this.aim === AIMS.travel,
      anywhere: () => this.aim === AIMS.pause,
      met: (ranks) => this.holdAt(ranks),
    });
    this.grace = new Grace(config.pauseGrace ?? DEFAULT_PAUSE_GRACE, () => this.nobodyCame());
    this.aim = config.stopOnEntry === true ? AIMS.entry : null;
    const { breakpoints } = config;
    if (breakpoints) this.breakpoints.set({ owner: breakpoints.owner, client: null }, breakpoints, []);
    this.gear = this.wantedGear();
  }

  /** The gear that a training begins in. */
  get firstGear(): Gear {
    return this.gear;
  }

  setBreakpoints(by: Setter, breakpoints: Breakpoints): CheckedBreakpoints {
    const states = this.breakpoints.set(by, breakpoints, this.events.known());
    this.shift();
    return states;
  }

  pause(): void {
    if (this.stop === null) this.aimAt(AIMS.pause);
  }

  resume(): void {
    if (this.stop !== null) this.goOn('go', null);
    else this.aimAt(null);
  }

  /** @throws RequestError where training is not held, or cannot go there */
  advance(how: Advance): void {
    const { stop } = this;
    if (stop === null) throw new RequestError(text('Training is not paused.'));
    const inPast = stop.ranks.some(({ place }) => place.ahead > 0);
    if (how === 'skip') this.skip(stop);
    else if (how === 'back') this.goBack(stop);
    else if (how === 'continue') this.goOn('go', null);
    else if (inPast && how !== 'out') this.goOn('forward', AIMS.travel);
    else this.goOn('go', AIMS[how]);
  }

  /** Rejects with a `RequestError`. */
  async inspect(number: number, call: InspectCall): Promise<unknown> {
    const rank = this.rank(number);
    if (!rank.held && call.method !== 'saveCheckpoint')
      throw new RequestError(
        text('Rank {0} is not paused: this can be asked only of a paused training.', number),
      );
    return this.requests.ask(number, call);
  }

  /** @throws RequestError for a rank that is not there */
  measures(number: number): Record<string, WireNumber> {
    return this.rank(number).measures.named();
  }

  hear(number: number, message: ProbeMessage): void {
    if (message.type === 'hello') {
      this.gates.meet(number, message.worldSize);
      this.events.send(number, { type: 'gear', ...this.gear });
    } else if (message.type === 'bye') this.left(number);
    else this.gates.ranks.get(number)?.measures.learn(message);
  }

  converse(number: number, message: ConversationMessage): void {
    const rank = this.gates.ranks.get(number);
    if (rank === undefined) return;
    if (message.type === 'reply') this.requests.reply(number, message);
    else if (message.type === 'gate') this.arrive(rank, message);
    else if (message.gated) {
      rank.passed(message.passed);
      this.gates.settle();
    }
  }

  /** A rank has said bye, or its connection has ended. */
  left(number: number): void {
    const rank = this.gates.ranks.get(number);
    if (rank === undefined) return;
    this.hits.delete(rank);
    this.requests.end(number, text('The training process has ended.'));
    this.gates.part(number);
    if (this.stop === null) return;
    if (this.gates.held.length === 0) this.clearStop();
    else this.tellStop({ ...this.stop, ranks: this.places() });
  }

  found(findings: readonly Finding[]): void {
    this.breakpoints.found(findings);
  }

  attended(clients: ReadonlySet<Client>): void {
    this.breakpoints.attended(clients);
    this.grace.attended(clients.size);
  }

  /** Nothing is held any more: the training is being stopped, or has ended. */
  end(): void {
    this.ending = true;
    this.aim = null;
    this.gates.stopWaiting();
    for (const { number } of this.gates.ranks.values())
      this.requests.end(number, text('The training has ended.'));
    if (this.stop !== null) this.clearStop();
  }

  private rank(number: number): Rank {
    const rank = this.gates.ranks.get(number);
    if (rank === undefined) throw new RequestError(text('Rank {0} is not there.', number));
    return rank;
  }

  private arrive(rank: Rank, gate: Gate): void {
    rank.arrive(gate);
    if (this.ending || !this.gear.gated) {
      this.gates.leave('go', [rank]);
      return;
    }
    if (this.stop !== null) {
      this.joins(rank, this.stop);
      return;
    }
    if (this.aim !== AIMS.travel) this.look(rank, gate);
    this.gates.settle();
  }

  /** A rank that comes when the others are held already. */
  private joins(rank: Rank, stop: Stop): void {
    this.gates.hold(rank);
    this.tellStop({ ...stop, ranks: this.places() });
  }

  private look(rank: Rank, gate: Gate): void {
    if (gate.kind === 'step' && gate.ahead === 0) this.events.judge(rank.number, gate);
    const hit = this.breakpoints.at(rank.number, gate.kind, rank.measures.lookup);
    if (hit !== null) this.hits.set(rank, hitReason(hit, rank));
  }

  private wants(rank: Rank): boolean {
    const kind = rank.gate?.kind;
    return this.hits.has(rank) || (kind !== undefined && (this.aim?.kinds.includes(kind) ?? false));
  }

  private holdAt(ranks: readonly Rank[]): void {
    const reason = this.stop ?? this.reasonAt(ranks);
    for (const rank of ranks) this.gates.hold(rank);
    if (reason !== null) this.tellStop({ id: this.stops, ...reason, ranks: this.places() });
    this.aim = null;
    this.hits.clear();
    this.shift();
  }

  private reasonAt(ranks: readonly Rank[]): StopReason | null {
    const [hit] = [...this.hits.values()].sort(
      (a, b) => Number(a.finding === null) - Number(b.finding === null),
    );
    if (hit !== undefined) return hit;
    const first = ranks.find((rank) => this.wants(rank));
    return first?.gate && this.aim ? aimReason(this.aim, first.number, first.gate) : null;
  }

  private tellStop(stop: Stop): void {
    this.stop = stop;
    this.events.stopped(stop);
    this.grace.holds(true);
  }

  private clearStop(): void {
    this.stop = null;
    this.stops++;
    this.grace.holds(false);
    this.events.continued();
    this.shift();
  }

  private places(): Stop['ranks'] {
    return this.gates.held.flatMap(({ number, gate }) => {
      if (gate === null) return [];
      const { type: _, gate: __, time: ___, ...place } = gate;
      return [{ rank: number, place }];
    });
  }

  private goOn(action: GateAction, aim: Aim | null): void {
    const held = this.gates.held;
    this.aim = aim;
    this.clearStop();
    for (const { number } of held) this.requests.end(number, text('The training has gone on since.'));
    this.gates.leave(action, held);
  }

  private skip({ ranks }: Stop): void {
    if (ranks.some(({ place }) => place.kind !== 'step'))
      throw new RequestError(
        text('No update waits here that could be skipped: step to the next update first.'),
      );
    this.goOn('skip', AIMS.over);
  }

  private goBack({ ranks }: Stop): void {
    const stuck = ranks.find(({ place }) => place.back === 0);
    if (stuck)
      throw new RequestError(stuck.place.backLimit ?? text('There is no earlier step to go back to.'));
    this.goOn('back', AIMS.travel);
  }

  private aimAt(aim: Aim | null): void {
    if (this.ending) throw new RequestError(text('The training has ended.'));
    this.aim = aim;
    this.shift();
    this.gates.settle();
  }

  private wantedGear(): Gear {
    return gearFor(this.stop !== null || !this.breakpoints.empty, this.aim, this.config);
  }

  /** Changes gears where another one is wanted. */
  private shift(): void {
    const gear = this.wantedGear();
    if (JSON.stringify(gear) === JSON.stringify(this.gear)) return;
    this.gear = gear;
    for (const { number } of this.gates.ranks.values()) this.events.send(number, { type: 'gear', ...gear });
    if (gear.gated) return;
    this.hits.clear();
    this.gates.release();
  }

  private nobodyCame(): void {
    this.breakpoints.clear();
    this.events.notice(
      'pause-abandoned',
      text(
        'Nobody came back to the paused training within {0} seconds: it went on, and its breakpoints were cleared.',
        this.config.pauseGrace ?? DEFAULT_PAUSE_GRACE,
      ),
    );
    this.resume();
  }
}
