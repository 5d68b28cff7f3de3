/** Turns the words of an expression into a function over measures; every mistake is found here, none when it is run. */
import { nearest } from '../run/nearest.js';
import { text, type Text } from '../protocol/values.js';
import { FUNCTIONS } from './functions.js';
import { isMeasure, KNOWN_NAMES, nameOf, seriesOf } from './names.js';
import { BINDING, bindingOf, type Kind, type Operator, OPERATORS } from './operators.js';
import { ExpressionError, type Token } from './tokens.js';

/** Value of a series or place, undefined where there is none yet. */
export type Lookup = (series: string) => number | undefined;

/** Undefined where a measure that it depends on has no value yet. */
export type Evaluate = (lookup: Lookup) => number | boolean | undefined;

export interface Node {
  kind: Kind;
  column: number;
  evaluate: Evaluate;
}

export class Parser {
  /** Series and places that the expression asks for. */
  readonly asked = new Set<string>();
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** @throws ExpressionError */
  whole(): Node {
    if (this.peek().kind === 'end') throw new ExpressionError(text('The expression is empty.'));
    const node = this.expression(0);
    if (this.peek().kind !== 'end') throw this.unexpected('operator');
    return node;
  }

  private peek(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] as Token;
  }

  private take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  private takes(symbol: string): boolean {
    const found = this.peek().kind === 'symbol' && this.peek().text === symbol;
    if (found) this.at++;
    return found;
  }

  private demand(symbol: ')' | ']'): void {
    if (!this.takes(symbol)) throw this.unexpected(symbol);
  }

  private unexpected(wanted: Wanted): ExpressionError {
    const next = this.peek();
    const ended = next.kind === 'end';
    return new ExpressionError(ended ? endedText(wanted, next.column) : unexpectedText(wanted, next));
  }

  private expression(least: number): Node {
    let left = this.prefix();
    for (;;) {
      const { kind, text: symbol, column } = this.peek();
      const binding = kind === 'symbol' ? bindingOf(symbol) : 0;
      if (binding <= least) return left;
      this.at++;
      // A power of a power is worked out from the right.
      const right = this.expression(symbol === '**' ? binding - 1 : binding);
      left = joined(symbol, column, left, right);
    }
  }

  private prefix(): Node {
    const token = this.take();
    if (token.kind === 'number') return constant('number', Number(token.text), token.column);
    if (token.kind === 'name') return this.named(token);
    if (token.kind === 'symbol') {
      if (token.text === '(') return this.group();
      if (token.text === '!') return negation(token, this.expression(BINDING.and));
      if (token.text === '-' || token.text === '+') return signed(token, this.expression(BINDING.sign));
    }
    this.at--;
    throw this.unexpected('operand');
  }

  private group(): Node {
    const node = this.expression(0);
    this.demand(')');
    return node;
  }

  private named(token: Token): Node {
    if (token.text === 'true' || token.text === 'false')
      return constant('condition', token.text === 'true', token.column);
    return this.takes('(') ? this.call(token) : this.measure(token);
  }

  private measure(token: Token): Node {
    const parts = [token.text];
    for (;;) {
      if (this.takes('.')) parts.push(this.part(['name'], 'name'));
      else if (this.takes('[')) {
        parts.push(this.part(['number', 'string'], 'index'));
        this.demand(']');
      } else break;
    }
    if (!isMeasure(parts)) throw new ExpressionError(unknownMeasure(token.column, parts));
    const series = seriesOf(parts);
    this.asked.add(series);
    return { kind: 'number', column: token.column, evaluate: (lookup) => lookup(series) };
  }

  private part(kinds: readonly Token['kind'][], wanted: Wanted): string {
    if (!kinds.includes(this.peek().kind)) throw this.unexpected(wanted);
    return this.take().text;
  }

  private call({ text: name, column }: Token): Node {
    const called = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (called === undefined) throw new ExpressionError(unknownFunction(column, name));
    const values = this.listed();
    if (values.length < called.least || values.length > called.most)
      throw new ExpressionError(
        text('Column {0}: {1} takes {2} value, not {3}.', column, name, called.least, values.length),
      );
    for (const value of values) demandKind(value, 'number', name);
    const evaluate: Evaluate = (lookup) => {
      const numbers = values.map((value) => value.evaluate(lookup));
      return numbers.includes(undefined) ? undefined : called.apply(...(numbers as number[]));
    };
    return { kind: called.result, column, evaluate };
  }

  private listed(): Node[] {
    const values: Node[] = [];
    if (this.takes(')')) return values;
    do values.push(this.expression(0));
    while (this.takes(','));
    this.demand(')');
    return values;
  }
}

function constant(kind: Kind, value: number | boolean, column: number): Node {
  return { kind, column, evaluate: () => value };
}

function negation(token: Token, operand: Node): Node {
  demandKind(operand, 'condition', 'not');
  const evaluate: Evaluate = (lookup) => {
    const value = operand.evaluate(lookup);
    return value === undefined ? undefined : !value;
  };
  return { kind: 'condition', column: token.column, evaluate };
}

function signed({ text: sign, column }: Token, operand: Node): Node {
  demandKind(operand, 'number', sign);
  const factor = sign === '-' ? -1 : 1;
  const evaluate: Evaluate = (lookup) => {
    const value = operand.evaluate(lookup);
    return value === undefined ? undefined : factor * Number(value);
  };
  return { kind: 'number', column, evaluate };
}

function joined(symbol: string, column: number, left: Node, right: Node): Node {
  if (symbol === '&&' || symbol === '||') return logical(symbol, column, left, right);
  const operator = OPERATORS[symbol] as Operator;
  const wanted = operator.takes === 'same' ? left.kind : operator.takes;
  demandKind(left, wanted, symbol);
  demandKind(right, wanted, symbol);
  const evaluate: Evaluate = (lookup) => {
    const a = left.evaluate(lookup);
    const b = right.evaluate(lookup);
    return a === undefined || b === undefined ? undefined : operator.apply(a as number, b as number);
  };
  return { kind: operator.makes, column, evaluate };
}

/** One side alone decides where it can, though the other is not known yet. */
function logical(symbol: '&&' | '||', column: number, left: Node, right: Node): Node {
  demandKind(left, 'condition', symbol);
  demandKind(right, 'condition', symbol);
  const deciding = symbol === '||';
  const evaluate: Evaluate = (lookup) => {
    const a = left.evaluate(lookup);
    if (a === deciding) return deciding;
    const b = right.evaluate(lookup);
    if (b === deciding) return deciding;
    return a === undefined || b === undefined ? undefined : !deciding;
  };
  return { kind: 'condition', column, evaluate };
}

function demandKind({ kind, column }: Node, wanted: Kind, symbol: string): void {
  if (kind === wanted) return;
  throw new ExpressionError(
    wanted === 'number'
      ? text('Column {0}: “{1}” works on numbers, and this is a condition.', column, symbol)
      : text(
          'Column {0}: “{1}” joins conditions, and this is a number: compare it with something.',
          column,
          symbol,
        ),
  );
}

type Wanted = 'operand' | 'operator' | 'name' | 'index' | ')' | ']';

function unexpectedText(wanted: Wanted, { column, text: found }: Token): Text {
  switch (wanted) {
    case 'operand':
      return text('Column {0}: expected a number, a name or “(”, found “{1}”.', column, found);
    case 'operator':
      return text('Column {0}: expected an operator such as && or >, found “{1}”.', column, found);
    case 'name':
      return text('Column {0}: expected a name after the dot, found “{1}”.', column, found);
    case 'index':
      return text('Column {0}: expected a number or a name in quotes, found “{1}”.', column, found);
    default:
      return text('Column {0}: expected “{1}”, found “{2}”.', column, wanted, found);
  }
}

function endedText(wanted: Wanted, column: number): Text {
  if (wanted === ')' || wanted === ']') return text('Column {0}: “{1}” is missing.', column, wanted);
  return text('Column {0}: the expression ends here, and something must follow.', column);
}

function unknownMeasure(column: number, parts: readonly string[]): Text {
  const name = nameOf(parts.join('/'));
  const meant = nearest(name, KNOWN_NAMES);
  return meant === null
    ? text('Column {0}: there is no measure “{1}”. There are {2}.', column, name, KNOWN_NAMES.join(', '))
    : text('Column {0}: there is no measure “{1}”. Did you mean “{2}”?', column, name, meant);
}

function unknownFunction(column: number, name: string): Text {
  const names = Object.keys(FUNCTIONS);
  const meant = nearest(name, names);
  return meant === null
    ? text('Column {0}: there is no function “{1}”. There are {2}.', column, name, names.join(', '))
    : text('Column {0}: there is no function “{1}”. Did you mean “{2}”?', column, name, meant);
}
