/** Functions of expressions. */
interface Call {
  least: number;
  most: number;
  result: 'number' | 'condition';
  apply: (...values: number[]) => number | boolean;
}

const one = (apply: Call['apply'], result: Call['result'] = 'number'): Call => ({
  least: 1,
  most: 1,
  result,
  apply,
});

export const FUNCTIONS: Readonly<Record<string, Call>> = {
  abs: one(Math.abs),
  sqrt: one(Math.sqrt),
  log: one(Math.log),
  exp: one(Math.exp),
  min: { least: 1, most: Infinity, result: 'number', apply: Math.min },
  max: { least: 1, most: Infinity, result: 'number', apply: Math.max },
  isNaN: one(Number.isNaN, 'condition'),
  isFinite: one(Number.isFinite, 'condition'),
};
