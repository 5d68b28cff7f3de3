import { expect, test } from 'vitest';
import { coverageLines, diagnosisLines } from '../../src/cli/findingWords.js';
import { closingWords, foundLine, replayWords, statusLine } from '../../src/cli/words.js';
import { text } from '../../src/protocol/values.js';
import { explosion, plateau, snapshotOf } from './support.js';

test('a finding is told with its line, its ranked causes and what to do', () => {
  expect(diagnosisLines(snapshotOf([plateau()], { checks: [] }), '/project')).toEqual([
    'train.py:3: warning: The loss has not fallen since step 20: 2.303. [not-learning, step 120]',
    '    likeliest cause: The learning rate is too low (train.py:2)',
    '        because: An update moves the weights by 1e-9 of their norm.',
    '        fix: Raise the learning rate to 0.001',
    '    or: The parameters are frozen',
    '        because: No gradient was seen.',
    '        fix: Set requires_grad',
    '    fix: Check the learning rate',
  ]);
});

test('a symptom stands under its cause, not beside it', () => {
  const lines = diagnosisLines(snapshotOf(explosion(), { checks: [] }), '/elsewhere');
  expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
    '/project/train.py:3: error: The gradient exploded. [exploding-gradient, step 120]',
  ]);
  expect(lines).toContain('    symptom: The loss is NaN. [non-finite-loss]');
});

test('the coverage counts, names what ran, and gives each reason once with its rules', () => {
  const { checks } = snapshotOf([]);
  const reason = text('Not measured: {0}.', 'validation/loss');
  expect(coverageLines([...checks, { rule: 'underfitting', status: 'skipped', reason }])).toEqual([
    'checks: 2 ran, 2 could not, 1 suppressed',
    '    ran: initial-loss, not-learning',
    '    Not measured: validation/loss: overfitting, underfitting',
    '    Suppressed by a comment in train.py:3: not-learning',
  ]);
  expect(coverageLines([])).toEqual([]);
});

test('long lists are broken at a hundred columns', () => {
  const checks = Array.from({ length: 40 }, (_, index) => ({
    rule: `some-rule-${index}`,
    status: 'ran' as const,
    reason: null,
  }));
  const lines = coverageLines(checks).slice(1);
  expect(lines.length).toBeGreaterThan(4);
  expect(lines.every((line) => line.length <= 100)).toBe(true);
  const named = lines.join(' ').match(/some-rule-\d+/g);
  expect(named).toEqual(checks.map(({ rule }) => rule));
});

test('the end of a run is said first', () => {
  const [first] = closingWords(snapshotOf([plateau()]), '/project');
  expect(first).toBe('completed, 400 steps, 12.5 s, loss NaN, 1 finding');
});

test('warnings are said at the end, and that there was nothing to measure; other notes are not', () => {
  const notice = (level: 'info' | 'warning', code: string) => ({ level, code, message: text('{0}', code) });
  const notices = [notice('info', 'backend'), notice('warning', 'slow'), notice('info', 'nothing-measured')];
  const lines = closingWords({ ...snapshotOf([]), notices }, '/project');
  expect(lines.slice(1, 3)).toEqual(['  notice: slow', '  notice: nothing-measured']);
});

test('a problem is said in one line when it is found', () => {
  expect(foundLine(plateau(), '/project')).toBe(
    'found at step 120: The loss has not fallen since step 20: 2.303. [not-learning] train.py:3',
  );
});

test('a replay says what is found now and was not then, and the other way round', () => {
  const lines = replayWords(snapshotOf([plateau()]), snapshotOf(explosion()), '/project');
  expect(lines.slice(1, 3)).toEqual([
    '  found now and not then: not-learning',
    '  found then and not now: exploding-gradient, non-finite-loss',
  ]);
});

test('the status line keeps to the width', () => {
  const { summary } = snapshotOf([]);
  expect(statusLine(summary, 200)).toBe('completed  step 400/400  epoch 2/2  loss NaN  1 finding');
  expect(statusLine(summary, 20)).toHaveLength(19);
});
