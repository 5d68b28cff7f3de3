/** The engine's part in a conversation with a training that is held. */
import type { InspectMethod, InspectRequests, Variable } from '../../../src/protocol/inspection.js';
import {
  ENVIRONMENT,
  type Gate,
  type GateAction,
  type Gear,
  type Reply,
} from '../../../src/protocol/telemetry.js';
import { formatText } from '../../../src/protocol/values.js';
import { connectedTo, Ear, start, type Ran, type Workspace } from './harness.js';

export const GATED: Gear = { gated: true, kinds: ['step'], snapshotBytes: 64e6, grace: 1 };
export const FREE: Gear = { gated: false, kinds: [], snapshotBytes: 0, grace: 1 };

/** A script that runs under a probe in the gated gear, and the one who gives the verdicts. */
export class Peer {
  private requests = 0;
  private gates = 0;
  readonly done: Promise<Ran>;

  private constructor(
    readonly ear: Ear,
    workspace: Workspace,
    probe: string,
    script: string,
    environment: Record<string, string>,
  ) {
    this.done = start(workspace, { script, probe, environment }).done;
  }

  static async run(
    workspace: Workspace,
    probe: string,
    script: string,
    { gear = GATED, environment = {} }: { gear?: Gear; environment?: Record<string, string> } = {},
  ): Promise<Peer> {
    const ear = new Ear(workspace.folder);
    await ear.listen();
    const all = { ...connectedTo(ear), [ENVIRONMENT.gear]: JSON.stringify(gear), ...environment };
    return new Peer(ear, workspace, probe, script, all);
  }

  /** The next gate, in order. */
  gate(): Promise<Gate> {
    const wanted = this.gates++;
    return this.ear.until('gate', ({ gate }) => gate === wanted);
  }

  verdict({ gate }: Gate, action: GateAction): void {
    this.ear.say({ type: 'verdict', gate, action });
  }

  /** Lets gates pass until one satisfies the condition, and holds that. */
  async holdAt(is: (gate: Gate) => boolean): Promise<Gate> {
    for (;;) {
      const gate = await this.gate();
      if (is(gate)) {
        this.verdict(gate, 'hold');
        return gate;
      }
      this.verdict(gate, 'go');
    }
  }

  /** Gives a verdict, and holds the next gate. */
  async next(gate: Gate, action: GateAction): Promise<Gate> {
    this.verdict(gate, action);
    const next = await this.gate();
    this.verdict(next, 'hold');
    return next;
  }

  /** Changes to the free gear, lets a held gate go, and waits for the end. */
  async release(gate: Gate, action: GateAction = 'go'): Promise<Ran> {
    this.ear.say({ type: 'gear', ...FREE });
    this.verdict(gate, action);
    return this.end();
  }

  async end(): Promise<Ran> {
    const ran = await this.done;
    await this.ear.drained();
    this.ear.die();
    return ran;
  }

  send<M extends InspectMethod>(method: M, params: InspectRequests[M]['params']): Promise<Reply> {
    const id = this.requests++;
    const call = { method, params } as never as { method: 'forensics'; params: Record<string, never> };
    this.ear.say({ type: 'request', id, ...call });
    return this.ear.until('reply', (reply) => reply.id === id);
  }

  async ask<M extends InspectMethod>(
    method: M,
    params: InspectRequests[M]['params'],
  ): Promise<InspectRequests[M]['result']> {
    const { result, error } = await this.send(method, params);
    if (error) throw new Error(formatText(error));
    return result as InspectRequests[M]['result'];
  }

  /** Id of the innermost frame of the user's own. */
  async frame(): Promise<number> {
    const { frames } = await this.ask('stack', { start: 0, levels: 0 });
    const frame = frames.find(({ kind }) => kind === 'user');
    if (!frame) throw new Error(`No frame of the user's among ${frames.map(({ name }) => name).join(', ')}`);
    return frame.id;
  }

  async evaluate(
    expression: string,
    context: InspectRequests['evaluate']['params']['context'] = 'repl',
    timeout = 5,
  ): Promise<InspectRequests['evaluate']['result']> {
    return this.ask('evaluate', { expression, context, timeout, frame: await this.frame() });
  }

  async children(reference: number): Promise<Map<string, Variable>> {
    const { variables } = await this.ask('variables', { reference });
    return new Map(variables.map((variable) => [variable.name, variable]));
  }
}
