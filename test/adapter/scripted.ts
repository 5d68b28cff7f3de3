/** A run that answers as a test says, and a client of the adapter that talks to it in this process. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { english } from '../../src/adapter/output.js';
import { TrainingSession } from '../../src/adapter/session.js';
import type {
  Forensics,
  GatePlace,
  InspectMethod,
  InspectRequests,
  Variable,
} from '../../src/protocol/inspection.js';
import type {
  Finding,
  RunClient,
  RunMethod,
  RunNotification,
  RunNotifications,
  RunRequests,
  RunSnapshot,
  SeriesInfo,
  Stop,
} from '../../src/protocol/runApi.js';
import { text, type Text } from '../../src/protocol/values.js';
import { plateau, snapshotOf } from '../cli/support.js';

export const FILE = '/project/train.py';

type Answers = { [M in InspectMethod]: (params: InspectRequests[M]['params'], rank: number) => unknown };
type Body = Record<string, unknown>;

/** Held and let go by the test; keeps what it was asked. */
export class ScriptedRun implements RunClient {
  readonly asked: { method: RunMethod; params: unknown }[] = [];
  snapshot: RunSnapshot = running();
  measures: Record<string, number | 'NaN'> = { loss: 0.5, lr: 0.1, 'validation.loss': 0.75 };
  disposed = false;
  /** What follows an `advance`; an error rejects it. */
  onAdvance: (how: RunRequests['advance']['params']['how']) => void = () => undefined;
  readonly inspection: Answers = {
    stack: ({ start, levels }) => ({ frames: STACK.slice(start, start + levels), total: STACK.length }),
    roots: ({ frame }) => ({ optimizer: 1, model: 2, batch: 3, hardware: 4, locals: 10 + frame }),
    variables: ({ reference }) => ({ variables: CHILDREN[reference] ?? [] }),
    setVariable: ({ name, value }) => ({ name, value, reference: 0 }),
    evaluate: ({ expression }) => {
      throw new Error(`NameError: name '${expression}' is not defined`);
    },
    completions: () => ({ start: 6, completions: [{ label: 'layer', kind: 'property' }] }),
    forensics: () => FORENSICS,
    saveCheckpoint: ({ file }) => ({ file, step: 12 }),
  };
  private readonly listeners = new Map<string, ((params: unknown) => void)[]>();

  async request<M extends RunMethod>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']> {
    this.asked.push({ method, params });
    await Promise.resolve();
    return this.answer(method, params);
  }

  on<N extends RunNotification>(notification: N, listener: (params: RunNotifications[N]) => void) {
    const all = this.listeners.get(notification) ?? [];
    this.listeners.set(notification, [...all, listener as (params: unknown) => void]);
    return { dispose: () => this.off(notification, listener as (params: unknown) => void) };
  }

  onClosed(): { dispose(): void } {
    return { dispose: () => undefined };
  }

  dispose(): void {
    this.disposed = true;
  }

  say<N extends RunNotification>(notification: N, params: RunNotifications[N]): void {
    for (const listener of this.listeners.get(notification) ?? []) listener(params);
  }

  /** What it was asked by this method, in order. */
  of(method: RunMethod): unknown[] {
    return this.asked.filter((one) => one.method === method).map(({ params }) => params);
  }

  private advance(how: RunRequests['advance']['params']['how']): null {
    this.onAdvance(how);
    return null;
  }

  private off(notification: string, listener: (params: unknown) => void): void {
    const kept = (this.listeners.get(notification) ?? []).filter((one) => one !== listener);
    this.listeners.set(notification, kept);
  }

  private answer(method: RunMethod, params: unknown): unknown {
    if (method === 'snapshot') return this.snapshot;
    if (method === 'measures') return { values: this.measures };
    if (method === 'advance') return this.advance((params as RunRequests['advance']['params']).how);
    if (method !== 'inspect') return null;
    const { rank, call } = params as RunRequests['inspect']['params'];
    const answer = this.inspection[call.method] as (params: unknown, rank: number) => unknown;
    return answer(call.params, rank);
  }
}

/** A client that keeps all it is told, in order. */
export class Dialogue {
  readonly run = new ScriptedRun();
  readonly told: DebugProtocol.ProtocolMessage[] = [];
  /** Configurations that were launched. */
  readonly launched: Body[] = [];
  readonly session: TrainingSession;
  /** Of the client's language. */
  translate = english;
  private readonly answers = new Map<number, (response: DebugProtocol.Response) => void>();
  private sequence = 1;

  constructor() {
    const host = {
      launch: (configuration: Body) => {
        this.launched.push(configuration);
        return Promise.resolve(this.run);
      },
      attach: () => Promise.resolve(this.run),
      translate: (value: Text) => this.translate(value),
    };
    this.session = new TrainingSession(host, (message) => this.hear(message));
  }

  /** The body of the response; rejects with its message. */
  async request<B = Body>(command: string, args: object = {}): Promise<B> {
    const seq = this.sequence++;
    const answered = new Promise<DebugProtocol.Response>((resolve) => this.answers.set(seq, resolve));
    this.session.receive({ seq, type: 'request', command, arguments: args });
    const response = await answered;
    if (!response.success) throw new Error(response.message);
    return response.body as B;
  }

  /** The number that the next request will have. */
  get next(): number {
    return this.sequence;
  }

  async begin(how: 'launch' | 'attach' = 'launch', features: object = {}, configuration: object = {}) {
    await this.request('initialize', { adapterID: 'training', ...features });
    const begun = this.request(how, { program: FILE, ...configuration });
    await this.request('configurationDone');
    await begun;
  }

  /** Holds the training, and waits until the client was told. */
  async hold(stop: Stop): Promise<void> {
    this.run.say('stopped', stop);
    await settled();
  }

  events(name: string): Body[] {
    return this.told
      .filter((message): message is DebugProtocol.Event => message.type === 'event')
      .filter(({ event }) => event === name)
      .map(({ body }) => body as Body);
  }

  printed(category: string): string[] {
    return this.events('output')
      .filter((body) => body['category'] === category)
      .map(({ output }) => String(output));
  }

  /** Names of events and answered commands, in the order they were told. */
  order(): string[] {
    return this.told.map((message) =>
      message.type === 'event'
        ? (message as DebugProtocol.Event).event
        : `<${(message as DebugProtocol.Response).command}>`,
    );
  }

  async scopes(frameId: number): Promise<Record<string, number>> {
    const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId });
    return Object.fromEntries(scopes.map(({ name, variablesReference }) => [name, variablesReference]));
  }

  async variables(variablesReference: number, page: object = {}): Promise<DebugProtocol.Variable[]> {
    const args = { variablesReference, ...page };
    return (await this.request<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  async frames(threadId = 1, page: object = {}): Promise<DebugProtocol.StackFrame[]> {
    const args = { threadId, ...page };
    return (await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', args)).stackFrames;
  }

  private hear(message: DebugProtocol.ProtocolMessage): void {
    this.told.push(message);
    if (message.type !== 'response') return;
    const response = message as DebugProtocol.Response;
    this.answers.get(response.request_seq)?.(response);
  }
}

/** Lets everything that waits for nothing outside come about. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

const STACK = [
  { id: 0, name: 'step', source: { file: '/lib/torch/optim/sgd.py', line: 80 }, kind: 'library' },
  { id: 1, name: 'train', source: { file: FILE, line: 31 }, kind: 'user' },
  { id: 2, name: '<module>', source: { file: FILE, line: 40 }, kind: 'user' },
];

const CHILDREN: Record<number, Variable[]> = {
  1: [{ name: 'group 0', value: 'SGD', reference: 5, named: 2 }],
  2: [{ name: 'fc', value: 'Linear(3, 1)', reference: 6 }],
  4: [{ name: 'cpu', value: '16 cores', reference: 0 }],
  5: [
    { name: 'lr', value: '0.1', type: 'float', reference: 0, editable: true, evaluateName: 'opt.lr' },
    { name: 'momentum', value: '0', reference: 0, editable: true },
  ],
  6: [
    { name: 'weight', value: 'Tensor (3, 1)', reference: 7, indexed: 300, type: 'Parameter' },
    { name: 'histogram', value: '', reference: 8, lazy: true },
  ],
};

const range = (name: string, more: object = {}) => ({
  name,
  kind: 'Linear',
  inputMin: -1,
  inputMax: 2,
  ...more,
});

export const FORENSICS: Forensics = {
  direction: 'forward',
  offending: 2,
  modules: [
    range('model.layer1', { outputMin: -0.5, outputMax: 0.5, source: { file: FILE, line: 10 } }),
    range('model.layer2', { outputMin: 0, outputMax: 9, source: { file: FILE, line: 11 } }),
    range('model.layer3', { outputNonFinite: 64, source: { file: FILE, line: 12 } }),
  ],
  operation: 'log',
  source: { file: FILE, line: 20 },
  why: text('{0} takes the logarithm of {1}.', 'model.layer3', 0),
};

export function place(more: Partial<GatePlace> = {}): GatePlace {
  return {
    kind: 'step',
    step: 412,
    epoch: 3,
    batch: 12,
    scalars: { loss: 0.25, gradNorm: 1.5 },
    back: 2,
    ahead: 0,
    source: { file: FILE, line: 31 },
    ...more,
  };
}

let stops = 0;

export function stop(more: Partial<Stop> = {}, at: Partial<GatePlace> = {}): Stop {
  return {
    id: stops++,
    reason: 'pause',
    description: text('Paused'),
    rank: 0,
    ranks: [{ rank: 0, place: place(at) }],
    finding: null,
    expression: null,
    ...more,
  };
}

export function nanFinding(): Finding {
  return {
    ...plateau(FILE),
    id: 'non-finite-loss:loss',
    rule: 'non-finite-loss',
    severity: 'error',
    message: text('The loss is {0}.', 'NaN'),
  };
}

export function nanStop(): Stop {
  const description = text('The loss is {0}', 'NaN');
  return stop({ reason: 'finding', description, finding: nanFinding() }, { scalars: { loss: 'NaN' } });
}

export function series(name: string, last: number | 'NaN', rank = 0): SeriesInfo {
  return { name, rank, label: null, points: 9, firstStep: 0, lastStep: 8, last, min: 0, max: 1 };
}

export function running(ranks = 1, all: SeriesInfo[] = [series('loss', 0.5)]): RunSnapshot {
  const snapshot = snapshotOf([]);
  const summary = { ...snapshot.summary, status: 'running' as const, endedAt: null, exitCode: null, ranks };
  return { ...snapshot, summary, series: all };
}
