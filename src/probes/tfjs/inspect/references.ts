import type { Variable } from '../../../protocol/inspection.js';
import { text } from '../../../protocol/values.js';
import { RequestError } from './error.js';

/** A value whose parts can be asked for. */
export interface Node {
  /** Parts with names. */
  named?: () => Variable[];
  /** Parts with indices, from one of them on. */
  indexed?: { count: number; page: (start: number, count: number) => Variable[] };
  /** Changes a part to a value, and tells it as it is then. */
  set?: (name: string, value: unknown) => Variable;
  /** Changes a part to what an expression gives, where that is done in the script itself. */
  assign?: (name: string, expression: string, request: number) => Variable;
  /** What a part is called in the script or in the tool, for the record of a change. */
  nameOf?: (name: string) => string;
}

/** Parts in one answer at most. */
const MAX_PARTS = 2000;

/** Numbers that stand for values while the training is held. */
export class References {
  private readonly nodes = new Map<number, Node>();
  private static next = 1;

  /** @returns the number; never the same again, so that an old one is not taken for a new one */
  add(node: Node): number {
    const reference = References.next++;
    this.nodes.set(reference, node);
    return reference;
  }

  get(reference: number): Node {
    const node = this.nodes.get(reference);
    if (!node) throw new RequestError(text('This value is gone: the training went on since it was shown.'));
    return node;
  }

  /** One part as it is now. */
  part(reference: number, name: string): Variable | undefined {
    const { named, indexed } = this.get(reference);
    const index = /^\[(\d+)\]$/.exec(name)?.[1];
    if (index !== undefined && indexed && Number(index) < indexed.count) return indexed.page(Number(index), 1)[0];
    return named?.().find((variable) => variable.name === name);
  }

  children(reference: number, start = 0, count = MAX_PARTS, filter?: 'indexed' | 'named'): Variable[] {
    const { named, indexed } = this.get(reference);
    const most = Math.min(count === 0 ? MAX_PARTS : count, MAX_PARTS);
    const all: Variable[] = [];
    if (named && filter !== 'indexed') all.push(...page(named(), filter ? start : 0, filter ? most : MAX_PARTS));
    if (indexed && filter !== 'named')
      all.push(...indexed.page(start, Math.max(0, Math.min(most, indexed.count - start))));
    return all;
  }
}

function page(variables: Variable[], start: number, count: number): Variable[] {
  return variables.slice(start, start + count);
}
