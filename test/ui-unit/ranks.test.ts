import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/protocol/runApi.js';
import { text } from '../../src/protocol/values.js';
import { onePerLine } from '../../src/ui/problems/ranks.js';

function finding(rank: number, rule: string, line: number | null): Finding {
  return {
    id: `${rule}/${rank}/${line}`,
    rule,
    cause: null,
    severity: 'warning',
    step: 0,
    rank,
    message: text('m'),
    explanation: text('e'),
    evidence: {},
    series: null,
    source: line === null ? null : { file: '/w/train.py', line },
    fixes: [],
  };
}

describe('findings of several ranks', () => {
  test('are one for each rule and line, the lowest rank’s', () => {
    const shown = onePerLine([
      finding(1, 'a', 3),
      finding(0, 'a', 3),
      finding(2, 'a', 3),
      finding(1, 'a', 9),
    ]);
    expect(shown.map(({ id }) => id)).toEqual(['a/0/3', 'a/1/9']);
  });

  test('of other rules, or without a line, are kept apart', () => {
    const all = [finding(0, 'a', 3), finding(0, 'b', 3), finding(1, 'b', null)];
    expect(onePerLine(all)).toEqual(all);
  });
});
