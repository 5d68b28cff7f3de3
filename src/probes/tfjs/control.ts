import type { GateAction, Gear } from '../../protocol/telemetry.js';
import { FREE } from './environment.js';
import { Requests, type Look } from './requests.js';
import { TrainingStopped } from './stop.js';
import type { Training } from './training.js';
import type { Gone, Order } from './transport/wire.js';

/** Longest wait for the engine at once, in milliseconds. */
const WAIT = 60_000;

/** Obeys the engine: gears and stops between two steps, verdicts and requests at gates. */
export class Control {
  gear: Gear;
  private readonly requests: Requests;
  private stopWanted = false;
  private stopping = false;
  private gone = false;

  constructor(private readonly training: Training) {
    const { socket, gear } = training.session.settings;
    this.gear = socket === undefined ? FREE : gear;
    this.requests = new Requests(training);
  }

  /** Between two steps: throws when the engine says stop. */
  obey(): void {
    this.listen();
    if (this.stopWanted) this.stop();
  }

  /** Acts on what was said meanwhile. */
  listen(): void {
    const { session } = this.training;
    while (session.pending) {
      const order = session.receive();
      if (order) this.take(order);
    }
  }

  /** Waits at a gate for what is to be done there; answers requests while the training is held. */
  verdict(gate: number, look: Look): GateAction {
    const said = this.await(gate);
    return said === 'hold' ? this.hold(gate, look) : said;
  }

  private await(gate: number): GateAction {
    const { session } = this.training;
    while (this.gear.gated && !this.gone) {
      const order = session.receive(WAIT);
      if (order?.type === 'verdict') {
        if (order.gate === gate) return order.action;
      } else if (order) this.take(order);
      if (this.stopWanted) this.stop();
    }
    return 'go';
  }

  private hold(gate: number, look: Look): GateAction {
    const { training } = this;
    const { grace } = this.gear;
    training.sendAfterSteps({ type: 'state', state: 'paused', step: look.step });
    training.held = true;
    look.engine.startScope('held');
    let action: GateAction;
    try {
      action = this.held(gate, look);
      if (this.gone) training.session.sleep(grace);
    } finally {
      look.engine.endScope();
      training.held = false;
      this.requests.end();
    }
    if (action === 'go' || action === 'skip') this.running();
    return action;
  }

  private running(): void {
    const { session, step } = this.training;
    session.send({ type: 'state', state: 'running', step });
  }

  private held(gate: number, look: Look): GateAction {
    const { session } = this.training;
    while (!this.gone) {
      const order = session.receive(WAIT);
      if (order?.type === 'verdict') {
        if (order.gate === gate && order.action !== 'hold') return order.action;
      } else if (order?.type === 'request') this.requests.answer(order, look);
      else if (order) this.take(order);
      if (this.stopWanted) this.stop();
    }
    return 'go';
  }

  private take(order: Order | Gone): void {
    switch (order.type) {
      case 'gear':
        this.shift(order);
        break;
      case 'stop':
        this.stopWanted = true;
        break;
      case 'request':
        this.requests.answer(order, undefined);
        break;
      case 'gone':
        this.gone = true;
        this.gear = FREE;
        this.training.gates.shifted();
        break;
    }
  }

  private shift({ gated, kinds, snapshotBytes, grace }: Extract<Order, { type: 'gear' }>): void {
    const { training } = this;
    this.gear = { gated, kinds, snapshotBytes, grace };
    training.gates.shifted();
    training.session.send({ type: 'gear', gated, passed: training.step - 1 });
  }

  private stop(): never {
    const { training } = this;
    // A script that catches the exception and goes on is told again at the next step.
    if (!this.stopping) training.measure('checkpoint', () => training.checkpoints.saveLast());
    this.stopping = true;
    throw new TrainingStopped(training.step);
  }
}
