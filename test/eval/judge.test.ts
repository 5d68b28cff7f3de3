import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/protocol/runApi.js';
import { text } from '../../src/protocol/values.js';
import { halfOf } from './cases.js';
import { judge } from './judge.js';
import { missedAims, quantile, type Run, summarise } from './summary.js';

const LINES = ['import torch', 'loss = criterion(output, y)', 'optimizer.step()'];
const lineAt = (line: number) => LINES[line - 1] ?? '';
const CASE = { file: '/a.py', finds: ['softmax-before-cross-entropy'], by: 2, lines: ['criterion('] };

function finding(over: Partial<Finding>): Finding {
  return {
    ...{ id: 'x', rule: 'softmax-before-cross-entropy', cause: null, severity: 'error', step: 0, rank: 0 },
    ...{ message: text('Softmax twice.'), explanation: text('Softmax twice.'), evidence: {}, series: null },
    ...{ source: { file: '/a.py', line: 2 }, fixes: [] },
    ...over,
  };
}

const cause = (id: string) => ({
  ...{ id, title: text('t'), because: text('b'), fix: text('f'), source: null },
});

describe('judge', () => {
  it('is content with the rule that finds the fault, on its line', () => {
    expect(judge(CASE, [finding({})], lineAt)).toMatchObject({
      ...{ detected: true, causeFirst: true, causeInThree: true, line: true, step: 0, others: [] },
    });
  });

  it('sees nothing where nothing was found', () => {
    expect(judge(CASE, [], lineAt)).toMatchObject({ detected: false, causeInThree: false, step: null });
  });

  it('takes the likeliest cause of a symptom for what is named first', () => {
    const symptom = finding({ rule: 'not-learning', causes: [cause('softmax-before-cross-entropy')] });
    expect(judge(CASE, [symptom], lineAt)).toMatchObject({ causeFirst: true, causeInThree: true });
  });

  it('counts further causes, in order, up to three', () => {
    const second = finding({
      rule: 'not-learning',
      causes: [cause('a'), cause('softmax-before-cross-entropy')],
    });
    expect(judge(CASE, [second], lineAt)).toMatchObject({ causeFirst: false, causeInThree: true });
    const fourth = finding({
      rule: 'not-learning',
      causes: [cause('a'), cause('b'), cause('c'), cause('softmax-before-cross-entropy')],
    });
    expect(judge(CASE, [fourth], lineAt)).toMatchObject({ causeFirst: false, causeInThree: false });
  });

  it('leaves symptoms that lie under another finding aside', () => {
    const symptom = finding({ rule: 'not-learning', cause: 'softmax-before-cross-entropy' });
    expect(judge(CASE, [finding({}), symptom], lineAt).others).toEqual([]);
  });

  it('wants the line in the program, and the step in time', () => {
    const elsewhere = finding({ source: { file: '/b.py', line: 2 } });
    expect(judge(CASE, [elsewhere], lineAt).line).toBe(false);
    expect(judge(CASE, [finding({ source: { file: '/a.py', line: 3 } })], lineAt).line).toBe(false);
    expect(judge(CASE, [finding({ step: 3 })], lineAt).detected).toBe(false);
  });

  it('takes any finding on a healthy program for a false alarm', () => {
    const healthy = { file: '/a.py', finds: [], by: Number.NaN, lines: [] };
    expect(judge(healthy, [finding({})], lineAt).others).toEqual(['softmax-before-cross-entropy']);
  });
});

describe('summary', () => {
  const run = (fault: string | null, findings: Finding[]) =>
    ({ one: { ...CASE, fault }, seed: 1, log: '', verdict: judge(CASE, findings, lineAt) }) as unknown as Run;

  it('adds up shares of faulty runs and counts false alarms', () => {
    const healthy = { one: { ...CASE, fault: null, finds: [] }, seed: 1, log: '' };
    const alarm = { ...healthy, verdict: judge({ ...CASE, finds: [] }, [finding({})], lineAt) };
    const summary = summarise([run('twice', [finding({})]), run('twice', []), alarm as unknown as Run]);
    expect(summary).toMatchObject({ faulty: 2, detected: 0.5, causeFirst: 0.5, line: 0.5 });
    expect(summary).toMatchObject({ healthy: 1, falseAlarms: 1, medianStep: 0 });
    expect(missedAims(summary)).toHaveLength(4);
  });

  it('misses no aim with nothing wrong', () => {
    expect(missedAims(summarise([run('twice', [finding({})]), run(null, [])]))).toEqual([]);
  });

  it('takes quantiles from the values there are', () => {
    expect(quantile([5, 1, 3], 0.5)).toBe(3);
    expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('halves', () => {
  it('are about equal, and follow from the name alone', () => {
    const names = Array.from({ length: 200 }, (_, i) => `pytorch/faulty/${i}.py`);
    const tuning = names.filter((name) => halfOf(name) === 'tuning').length;
    expect(tuning).toBeGreaterThan(70);
    expect(tuning).toBeLessThan(130);
    expect(names.map(halfOf)).toEqual(names.map(halfOf));
  });
});
