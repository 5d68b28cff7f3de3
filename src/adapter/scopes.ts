/** Scopes of a frame: what is measured, what the training holds, and the variables of the frame itself. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Roots, Variable } from '../protocol/inspection.js';
import { text, type Text } from '../protocol/values.js';
import type { Context } from './context.js';
import { rangeItems } from './forensics.js';
import type { FrameEntry, Held, ValueEntry } from './held.js';
import type { Item } from './items.js';
import { hardwareItems, metricItems, stepItems } from './measureScopes.js';
import type { Stack } from './stack.js';

type Scope = DebugProtocol.Scope;

const ROOTS: readonly (keyof Roots)[] = ['optimizer', 'model', 'batch', 'hardware', 'locals'];

const NAMES = {
  step: text('Step'),
  module: text('Module'),
  metrics: text('Metrics'),
  optimizer: text('Optimizer'),
  model: text('Model'),
  batch: text('Batch'),
  hardware: text('Hardware'),
  locals: text('Locals'),
} satisfies Record<string, Text>;

type ScopeName = keyof typeof NAMES;

/** What costs a request of its own, or is long: it is not opened by itself. */
const EXPENSIVE: readonly ScopeName[] = ['model', 'batch', 'hardware'];

/** The first is opened by itself: what the frame is about. */
const ORDER: Record<FrameEntry['kind'], readonly ScopeName[]> = {
  step: ['step', 'optimizer', 'model', 'batch', 'metrics', 'hardware', 'locals'],
  module: ['module', 'step', 'optimizer', 'model', 'batch', 'metrics', 'hardware', 'locals'],
  code: ['locals', 'step', 'optimizer', 'model', 'batch', 'metrics', 'hardware'],
};

export class Scopes {
  constructor(
    private readonly context: Context,
    private readonly held: Held,
    private readonly stack: Stack,
  ) {}

  async of(frameId: number): Promise<Scope[]> {
    const frame = this.held.frame(frameId);
    const { rank } = frame;
    const inner = frame.kind === 'code' ? frame.id : (await this.stack.innermost(rank))?.id;
    const roots =
      inner === undefined ? undefined : await this.context.inspect(rank, 'roots', { frame: inner });
    return ORDER[frame.kind].flatMap((name) => {
      const entry = this.entry(name, frame, roots);
      if (entry === null) return [];
      const key = name === 'locals' || name === 'module' ? `${frameId}/${name}` : `${rank}/${name}`;
      return [this.scope(name, this.held.values.add(`scope/${key}`, entry))];
    });
  }

  private scope(name: ScopeName, variablesReference: number): Scope {
    return {
      name: this.context.translate(NAMES[name]),
      variablesReference,
      expensive: EXPENSIVE.includes(name),
      ...(name === 'locals' ? { presentationHint: 'locals' } : {}),
    };
  }

  private entry(name: ScopeName, frame: FrameEntry, roots: Roots | undefined): ValueEntry | null {
    const { rank } = frame;
    const items = this.items(name, frame);
    const root = ROOTS.find((one) => one === name);
    const reference = root === undefined ? 0 : (roots?.[root] ?? 0);
    if (root === undefined || reference === 0) return items === null ? null : { kind: 'items', rank, items };
    if (items === null) return { kind: 'probe', rank, reference, root, path: [] };
    return { kind: 'items', rank, items: () => this.joined(rank, reference, items) };
  }

  private items(name: ScopeName, frame: FrameEntry): (() => Promise<Item[]>) | null {
    const { translate } = this.context;
    const snapshot = () => this.context.running().request('snapshot', {});
    if (name === 'step')
      return async () => stepItems(this.held.place(frame.rank), this.held.require(), translate);
    if (name === 'metrics') return async () => metricItems(await snapshot(), frame.rank, translate);
    if (name === 'hardware') return async () => hardwareItems(await snapshot(), frame.rank);
    if (name === 'module' && frame.kind === 'module') return async () => rangeItems(frame.range, translate);
    return null;
  }

  /** What the training itself tells, then what is measured of it from outside. */
  private async joined(rank: number, reference: number, items: () => Promise<Item[]>): Promise<Item[]> {
    const { variables } = await this.context.inspect(rank, 'variables', { reference });
    return [...variables.map((variable) => itemOf(rank, variable)), ...(await items())];
  }
}

function itemOf(rank: number, { name, value, reference }: Variable): Item {
  return reference === 0 ? { name, value } : { name, value, probe: { rank, reference } };
}
