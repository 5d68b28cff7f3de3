import { describe, expect, test } from 'vitest';
import { compile, problemOf } from '../../src/breakpoints/expression.js';
import { formatText } from '../../src/protocol/values.js';

const VALUES: Record<string, number> = {
  loss: 2.5,
  gradNorm: NaN,
  'gradNorm/1': 30,
  'lr/0': 1e-3,
  'lr/1': 0.5,
  step: 500,
  epoch: 3,
  'validation/loss': Infinity,
  'metric/val f1': 0.8,
  'metric/train/f1': 0.9,
  'gpu/0/memory': 1e9,
};

const holds = (source: string): boolean => compile(source).holds((series) => VALUES[series]);

describe('an expression', () => {
  test.each([
    'loss > 2',
    'loss >= 2.5 and not (loss > 2.5)',
    'step == 500',
    'step != 499 && step % 100 == 0',
    'lr == 1e-3',
    'lr[1] == .5',
    'gradNorm[1] > 100 || epoch > 2',
    'gradNorm != gradNorm',
    'isNaN(gradNorm)',
    '!isFinite(validation.loss)',
    'not isFinite(validation.loss) and true',
    'metric["val f1"] < metric["train/f1"]',
    "metric['val f1'] > 0.7",
    'gpu[0].memory / 1e9 == 1',
    '-2 ** 2 == -4',
    '2 ** 3 ** 2 == 512',
    '2 ** -1 == 0.5',
    '1 + 2 * 3 == 7 and (1 + 2) * 3 == 9',
    '10 - 3 - 2 == 5',
    'max(loss, 1, 3) == 3 and min(loss, 1) == 1',
    'abs(-3) == 3 && sqrt(16) == 4 && log(exp(1)) == 1',
    'false == (loss > 100)',
    'loss > 100 or loss > 2 and step > 1',
  ])('%s is true', (source) => expect(holds(source)).toBe(true));

  test.each([
    'gradNorm > 1',
    'gradNorm < 1',
    'gradNorm == gradNorm',
    'loss > 2.5',
    'not true',
    '!(loss > 1)',
  ])('%s is false', (source) => expect(holds(source)).toBe(false));

  test.each([
    ['accuracy > 0.5', false],
    ['not accuracy > 0.5', false],
    ['accuracy > 0.5 or loss > 1', true],
    ['loss > 1 or accuracy > 0.5', true],
    ['accuracy > 0.5 and loss > 1', false],
    ['not (accuracy > 0.5 and loss > 100)', true],
    ['max(accuracy, 1) > 0', false],
    ['-accuracy < 1', false],
  ])('%s, where accuracy has no value yet, is %s', (source, expected) =>
    expect(holds(source)).toBe(expected),
  );

  test('says which series it depends on', () => {
    expect(compile('lr > 1 and gradNorm[1] > 2 or lr < 0').series).toEqual(['lr/0', 'gradNorm/1']);
  });
});

test.each([
  ['', 'The expression is empty.'],
  ['  ', 'The expression is empty.'],
  ['loss', 'The expression is a number: compare it with something, as in loss > 1.'],
  ['loss > ', 'Column 8: the expression ends here, and something must follow.'],
  ['loss > * 2', 'Column 8: expected a number, a name or “(”, found “*”.'],
  ['loss > 2 3', 'Column 10: expected an operator such as && or >, found “3”.'],
  ['(loss > 2', 'Column 10: “)” is missing.'],
  ['max(loss, 1 > 2', 'Column 16: “)” is missing.'],
  ['gradNorm[x] > 2', 'Column 10: expected a number or a name in quotes, found “x”.'],
  ['gradNorm[1 > 2', 'Column 12: expected “]”, found “>”.'],
  ['validation. > 2', 'Column 13: expected a name after the dot, found “>”.'],
  ['loss = 2', 'Column 6: to compare, write == instead of =.'],
  ['loss > 1 & step > 1', 'Column 10: write && instead of &.'],
  ['loss > 1; step', 'Column 9: “;” has no meaning here.'],
  ['los > 2', 'Column 1: there is no measure “los”. Did you mean “loss”?'],
  ['validation.los > 2', 'Column 1: there is no measure “validation.los”. Did you mean “validation.loss”?'],
  ['loss > 1 and gradnorm > 2', 'Column 14: there is no measure “gradnorm”. Did you mean “gradNorm”?'],
  ['sqr(4) > 1', 'Column 1: there is no function “sqr”. Did you mean “sqrt”?'],
  ['abs(1, 2) > 1', 'Column 1: abs takes 1 value, not 2.'],
  ['loss and step > 1', 'Column 1: “&&” joins conditions, and this is a number: compare it with something.'],
  ['1 < loss < 3', 'Column 3: “<” works on numbers, and this is a condition.'],
  ['not loss', 'Column 5: “not” joins conditions, and this is a number: compare it with something.'],
])('%j is refused: %s', (source, problem) => {
  const found = problemOf(source);
  expect(found && formatText(found)).toBe(problem);
});

test('names that no run can have are refused with a list, and deep nesting by its length', () => {
  expect(formatText(problemOf('qqqqqqqqqqqq > 1') ?? { template: '', args: [] })).toMatch(
    /There are step, epoch,/,
  );
  expect(formatText(problemOf('('.repeat(5000)) ?? { template: '', args: [] })).toContain('1000 characters');
  expect(problemOf(`${'('.repeat(400)}loss > 1${')'.repeat(400)}`)).toBeNull();
});
