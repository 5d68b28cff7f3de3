/** Operators of expressions: how tightly they bind, what they take and what they make. */
export type Kind = 'number' | 'condition';

export interface Operator {
  binding: number;
  takes: Kind | 'same';
  makes: Kind;
  apply: (a: number, b: number) => number | boolean;
}

const compares = (apply: Operator['apply']): Operator => ({
  binding: 4,
  takes: 'number',
  makes: 'condition',
  apply,
});
const equates = (apply: Operator['apply']): Operator => ({ ...compares(apply), binding: 3, takes: 'same' });
const computes = (binding: number, apply: Operator['apply']): Operator => ({
  binding,
  takes: 'number',
  makes: 'number',
  apply,
});

/** All that is worked out as soon as both sides are known; `&&` and `||` may be before. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  '==': equates((a, b) => a === b),
  '!=': equates((a, b) => a !== b),
  '<': compares((a, b) => a < b),
  '<=': compares((a, b) => a <= b),
  '>': compares((a, b) => a > b),
  '>=': compares((a, b) => a >= b),
  '+': computes(5, (a, b) => a + b),
  '-': computes(5, (a, b) => a - b),
  '*': computes(6, (a, b) => a * b),
  '/': computes(6, (a, b) => a / b),
  '%': computes(6, (a, b) => a % b),
  '**': computes(8, (a, b) => a ** b),
};

export const BINDING = { or: 1, and: 2, sign: 7, power: 8 } as const;

export function bindingOf(symbol: string): number {
  if (symbol === '||') return BINDING.or;
  if (symbol === '&&') return BINDING.and;
  return Object.hasOwn(OPERATORS, symbol) ? (OPERATORS[symbol]?.binding ?? 0) : 0;
}
