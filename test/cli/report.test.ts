import { expect, test } from 'vitest';
import { buildReport } from '../../src/cli/report.js';
import type { RunStatus } from '../../src/protocol/runApi.js';
import { explosion, plateau, schemaProblems, snapshotOf } from './support.js';

test('the report of a run with causes and symptoms is as the schema says', () => {
  const report = buildReport(snapshotOf([...explosion(), plateau()]));
  expect(schemaProblems(report)).toEqual([]);
  expect(report.checks[2]).toEqual({
    rule: 'not-learning',
    status: 'ran',
    reason: 'Suppressed by a comment in train.py:3.',
  });
});

test('the cause of a symptom is the rule at its root; else it is the likeliest, where it is another', () => {
  const self = { ...plateau(), rule: 'learning-rate-too-low' };
  const { findings } = buildReport(snapshotOf([...explosion(), plateau(), self]));
  expect(findings.map(({ rule, cause }) => [rule, cause])).toEqual([
    ['exploding-gradient', null],
    ['non-finite-loss', 'exploding-gradient'],
    ['not-learning', 'learning-rate-too-low'],
    ['learning-rate-too-low', null],
  ]);
});

test('likely causes are told in order, with what was seen, what to do and the line', () => {
  const [finding] = buildReport(snapshotOf([plateau()])).findings;
  expect(finding?.causes).toEqual([
    {
      id: 'learning-rate-too-low',
      title: 'The learning rate is too low',
      because: 'An update moves the weights by 1e-9 of their norm.',
      fix: 'Raise the learning rate to 0.001',
      source: { file: '/project/train.py', line: 2 },
    },
    expect.objectContaining({ id: 'frozen-parameters', source: null }),
  ]);
});

test.each<[RunStatus, string]>([
  ['paused', 'running'],
  ['starting', 'running'],
  ['lost', 'lost'],
  ['stopped', 'stopped'],
])('a run that is %s is told as %s', (status, told) => {
  const snapshot = snapshotOf([]);
  snapshot.summary.status = status;
  const report = buildReport(snapshot);
  expect(report.run.status).toBe(told);
  expect(schemaProblems(report)).toEqual([]);
});

test('the schema refuses what is not documented', () => {
  const report = buildReport(snapshotOf([plateau()]));
  expect(schemaProblems({ ...report, more: 1 })).not.toEqual([]);
  expect(schemaProblems({ ...report, findings: [{ ...report.findings[0], causes: null }] })).not.toEqual([]);
});

test('what was changed by hand is in the report', () => {
  const changes = [{ step: 4, time: 1, kind: 'value' as const, name: 'lr', before: '0.1', after: '0.01' }];
  const report = buildReport(
    snapshotOf([], { changes: [...changes, { step: 5, time: 2, kind: 'skip', name: '' }] }),
  );
  expect(report.changes).toEqual([
    { step: 4, kind: 'value', name: 'lr', before: '0.1', after: '0.01' },
    { step: 5, kind: 'skip', name: '', before: null, after: null },
  ]);
  expect(schemaProblems(report)).toEqual([]);
});
