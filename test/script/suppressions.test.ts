import { describe, expect, test } from 'vitest';
import { ignoring, suppresses, suppressionsIn } from '../../src/script/suppressions.js';

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

describe('what to write to have a rule left alone', () => {
  function written(script: string, line: number, mark: '#' | '//' = '#'): string | null {
    const insertion = ignoring(script, line, 'a', mark);
    if (insertion === null) return null;
    const lines = script.split('\n');
    const before = lines[insertion.line - 1] ?? '';
    const { column, text } = insertion;
    lines[insertion.line - 1] = before.slice(0, column) + text + before.slice(column);
    return lines.join('\n');
  }

  test.each([
    ['f()\ng()', 1, 'f()  # training-debugger: ignore[a]\ng()'],
    ['  f()  ', 1, '  f()  # training-debugger: ignore[a]  '],
    ['f()  # why', 1, 'f()  # why  # training-debugger: ignore[a]'],
    ['f()  # training-debugger: ignore[b]', 1, 'f()  # training-debugger: ignore[b, a]'],
    ['f()  # training-debugger: ignore[]', 1, 'f()  # training-debugger: ignore[a]'],
    ['  x = \\\n    f()', 1, '  # training-debugger: ignore[a]\n  x = \\\n    f()'],
    ['f()  # training-debugger: ignore[a]', 1, null],
    ['# training-debugger: ignore\nf()', 2, null],
  ])('%j, line %i', (script, line, expected) => {
    const after = written(script, line);
    expect(after).toBe(expected);
    if (after !== null) expect([...suppressionsIn(after).values()].flat()).toContain('a');
  });

  test('in JavaScript it follows two slashes', () => {
    expect(written('f();', 1, '//')).toBe('f();  // training-debugger: ignore[a]');
  });
});
