/** Lines of trees that the adapter itself knows, beside those that the training tells. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { fromWire, type WireNumber } from '../protocol/values.js';

export interface Item {
  name: string;
  value: string;
  /** An expression that `evaluate` answers with this value. */
  evaluateName?: string;
  children?: Item[];
  /** Children that the training tells. */
  probe?: { rank: number; reference: number };
}

export function item(name: string, value: string, evaluateName?: string): Item {
  return { name, value, ...(evaluateName === undefined ? {} : { evaluateName }) };
}

export function group(name: string, value: string, children: Item[]): Item {
  return { name, value, children };
}

/** As many digits as a float32 has. */
export function shownNumber(value: WireNumber): string {
  const number = fromWire(value);
  return Number.isFinite(number) ? String(Number(number.toPrecision(7))) : String(value);
}

/** @param reference of the children; 0 where there are none. */
export function itemVariable(item: Item, reference: number): DebugProtocol.Variable {
  const { name, value, evaluateName } = item;
  return {
    name,
    value,
    variablesReference: reference,
    ...(evaluateName === undefined ? {} : { evaluateName }),
    presentationHint: { attributes: ['readOnly'] },
  };
}
