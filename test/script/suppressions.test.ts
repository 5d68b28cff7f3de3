import { expect, test } from 'vitest';
import { suppresses, suppressionsIn } from '../../src/script/suppressions.js';

function lines(...script: string[]): [number, 'all' | readonly string[]][] {
  return [...suppressionsIn(script.join('\n'))];
}

test('a comment at the end of a line is for that line', () => {
  expect(lines('a()', 'loss = f(x)  # training-debugger: ignore[initial-loss]')).toEqual([
    [2, ['initial-loss']],
  ]);
  expect(lines('const loss = f(x); // training-debugger: ignore[a, b ,c]')).toEqual([[1, ['a', 'b', 'c']]]);
});

test('a comment alone on its line is for the next', () => {
  expect(lines('if x:', '    # training-debugger: ignore[a]', '    f()')).toEqual([[3, ['a']]]);
  expect(lines('  // training-debugger: ignore', '  f();')).toEqual([[2, 'all']]);
  expect(lines('/* training-debugger: ignore[a] */', 'f();')).toEqual([[2, ['a']]]);
});

test('without ids it is for all rules; above and behind add up', () => {
  expect(lines('f()  #training-debugger:ignore')).toEqual([[1, 'all']]);
  expect(lines('# training-debugger: ignore[a]', 'f()  # training-debugger: ignore[b]')).toEqual([
    [2, ['a', 'b']],
  ]);
});

test('other comments, empty lists and other line ends', () => {
  expect(lines('f()  # ignore[a]', 'g()  # training-debugger', 'training_debugger: ignore')).toEqual([]);
  expect(lines('f()  # training-debugger: ignore[]')).toEqual([[1, []]]);
  expect([...suppressionsIn('a\r\nb # training-debugger: ignore[x]\r\n').keys()]).toEqual([2]);
});

test('a suppression is for the rules it names', () => {
  expect(suppresses('all', 'a')).toBe(true);
  expect(suppresses(['a'], 'a')).toBe(true);
  expect(suppresses(['a'], 'b')).toBe(false);
  expect(suppresses(undefined, 'a')).toBe(false);
});
