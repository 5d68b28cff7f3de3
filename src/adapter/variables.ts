/** Variables as the client sees them: trees of the training and of what is measured, in pages; and how they are set. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Variable } from '../protocol/inspection.js';
import { text } from '../protocol/values.js';
import type { Context } from './context.js';
import { AdapterError } from './errors.js';
import type { Held, ItemsEntry, ValueEntry } from './held.js';
import { itemVariable, type Item } from './items.js';
import type { Args, Body } from './requests.js';

type ProbeEntry = Extract<ValueEntry, { kind: 'probe' }>;
/** A variable without its name, as the answers to `evaluate` and `setVariable` have it. */
type Shown = Omit<DebugProtocol.Variable, 'name' | 'value'>;

export class Variables {
  constructor(
    private readonly context: Context,
    private readonly held: Held,
  ) {}

  async list({ variablesReference, start, count, filter }: Args<'variables'>): Promise<Body<'variables'>> {
    const entry = this.held.value(variablesReference);
    if (entry.kind === 'items') {
      const items = await entry.items();
      return { variables: items.map((item) => this.itemVariable(entry, variablesReference, item)) };
    }
    const { rank, reference } = entry;
    const page = { ...(start === undefined ? {} : { start }), ...(filter === undefined ? {} : { filter }) };
    const limit = count === undefined || count === 0 ? {} : { count };
    const { variables } = await this.context.inspect(rank, 'variables', { reference, ...page, ...limit });
    return { variables: variables.map((variable) => this.variable(entry, variable)) };
  }

  /** What the optimizer uses is set in every rank: else they would train different models. */
  async set({ variablesReference, name, value }: Args<'setVariable'>): Promise<Body<'setVariable'>> {
    const entry = this.held.value(variablesReference);
    if (entry.kind !== 'probe') throw AdapterError.readOnly(name);
    const { rank, reference } = entry;
    const changed = await this.context.inspect(rank, 'setVariable', { reference, name, value });
    if (entry.root === 'optimizer') await this.setElsewhere(entry, name, value);
    this.context.invalidated(['variables']);
    return { value: changed.value, ...this.shown(entry, { ...changed, name }) };
  }

  /** As the client is shown a value of the training that is not in a tree: the result of an expression. */
  result(rank: number, variable: Variable): Shown {
    return this.shown({ kind: 'probe', rank, reference: 0, path: [] }, variable);
  }

  private variable(parent: ProbeEntry, variable: Variable): DebugProtocol.Variable {
    const { name, value, evaluateName, editable, lazy } = variable;
    const attributes = editable === true ? [] : ['readOnly' as const];
    return {
      name,
      value,
      ...this.shown(parent, variable),
      ...(evaluateName === undefined ? {} : { evaluateName }),
      presentationHint: { attributes, ...(lazy === true ? { lazy } : {}) },
    };
  }

  private shown(parent: ProbeEntry, { name, type, reference, named, indexed }: Variable): Shown {
    const counts = this.context.features.paging
      ? {
          ...(named === undefined ? {} : { namedVariables: named }),
          ...(indexed === undefined ? {} : { indexedVariables: indexed }),
        }
      : {};
    return {
      ...(type === undefined ? {} : { type }),
      variablesReference: this.reference({ ...parent, reference, path: [...parent.path, name] }),
      ...counts,
    };
  }

  private reference(entry: ProbeEntry): number {
    if (entry.reference === 0) return 0;
    return this.held.values.add(`probe/${entry.rank}/${entry.reference}`, entry);
  }

  private itemVariable(parent: ItemsEntry, reference: number, item: Item): DebugProtocol.Variable {
    const { children, probe } = item;
    if (probe !== undefined) return itemVariable(item, this.reference({ kind: 'probe', path: [], ...probe }));
    if (children === undefined || children.length === 0) return itemVariable(item, 0);
    const entry: ItemsEntry = { ...parent, items: () => children };
    const { values } = this.held;
    const below =
      entry.lasting === true ? values.keep(entry) : values.add(`${reference}/${item.name}`, entry);
    return itemVariable(item, below);
  }

  private async setElsewhere({ rank, path }: ProbeEntry, name: string, value: string): Promise<void> {
    const others = this.held
      .require()
      .ranks.map((one) => one.rank)
      .filter((one) => one !== rank);
    for (const other of others) {
      try {
        const reference = await this.find(other, path);
        await this.context.inspect(other, 'setVariable', { reference, name, value });
      } catch (error) {
        this.warn(other, name, error);
      }
    }
  }

  /** The same place below the optimizer of another rank. */
  private async find(rank: number, path: readonly string[]): Promise<number> {
    const { frames } = await this.context.inspect(rank, 'stack', { start: 0, levels: 1 });
    let { optimizer: reference } = await this.context.inspect(rank, 'roots', { frame: frames[0]?.id ?? 0 });
    for (const name of path) {
      const { variables } = await this.context.inspect(rank, 'variables', { reference });
      reference = variables.find((one) => one.name === name)?.reference ?? 0;
    }
    return reference;
  }

  private warn(rank: number, name: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    const words = this.context.translate(text('"{0}" was not set in rank {1}: {2}', name, rank, why));
    this.context.print({ category: 'stderr', output: `${words}\n` });
  }
}
