import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeColumns, moveLine, type LineEdit } from '../../src/ui/problems/lines.js';

/** Replaces lines `startLine` to `endLine` (partly) by text with `insertedLines` breaks. */
function edit(
  startLine: number,
  endLine: number,
  insertedLines: number,
  startsAtLineStart = false,
): LineEdit {
  return { time: 0, startLine, endLine, insertedLines, startsAtLineStart };
}

describe('a line after edits', () => {
  test('moves with what is put and taken above it', () => {
    expect(moveLine(10, [edit(3, 3, 2)])).toBe(12);
    expect(moveLine(10, [edit(3, 6, 0)])).toBe(7);
    expect(moveLine(10, [edit(3, 5, 1), edit(0, 0, 4, true)])).toBe(13);
  });

  test('stays when something below it changes', () => {
    expect(moveLine(10, [edit(11, 15, 0), edit(10, 10, 3)])).toBe(10);
  });

  test('is pushed down by lines put before its first character', () => {
    expect(moveLine(10, [edit(10, 10, 2, true)])).toBe(12);
  });

  test('goes to the nearest line that is left when it is deleted', () => {
    expect(moveLine(10, [edit(8, 14, 0)])).toBe(8);
    expect(moveLine(10, [edit(8, 14, 1)])).toBe(9);
  });

  test('agrees with an editor for whole lines put in and taken out', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const change = fc.record({ at: fc.nat(19), removed: fc.nat(5), inserted: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(19), (changes, line) => {
        const text = [...lines];
        const edits = changes.map(({ at, removed, inserted }) => {
          const start = Math.min(at, text.length);
          const gone = text.splice(start, removed, ...Array.from({ length: inserted }, () => 'new')).length;
          return edit(start, start + gone, inserted, true);
        });
        const kept = text.indexOf(`line ${line}`);
        fc.pre(kept >= 0);
        expect(moveLine(line, edits)).toBe(kept);
      }),
    );
  });
});

describe('columns of code', () => {
  test('leave out the indentation and what trails', () => {
    expect(codeColumns('    loss.backward()  ')).toEqual([4, 19]);
    expect(codeColumns('x')).toEqual([0, 1]);
  });

  test('of a line that is empty or gone are one wide', () => {
    expect(codeColumns('   ')).toEqual([0, 1]);
    expect(codeColumns(undefined)).toEqual([0, 1]);
  });
});
