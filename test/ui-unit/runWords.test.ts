import { describe, expect, test } from 'vitest';
import type { RunStatus, RunSummary, Stop } from '../../src/protocol/runApi.js';
import { formatText, text } from '../../src/protocol/values.js';
import {
  contextValue,
  describeRun,
  formatValue,
  relativeTime,
  runDetails,
  statusLine,
} from '../../src/ui/runs/runWords.js';

const NOW = 1_800_000_000;

function summary(changes: Partial<RunSummary>): RunSummary {
  return {
    id: 'r',
    name: 'train.py',
    directory: '/w/.training-debugger/runs/r',
    status: 'completed',
    problem: null,
    problemSource: null,
    startedAt: NOW - 7200,
    endedAt: NOW - 3600,
    exitCode: 0,
    steps: 120,
    epoch: 2,
    totalSteps: 200,
    totalEpochs: 4,
    loss: { first: 2.3, last: 0.41234, best: 0.30004, bestStep: 100 },
    validation: null,
    runtime: null,
    ranks: 1,
    findings: { error: 0, warning: 0, info: 0, hint: 0 },
    ...changes,
  };
}

const described = (changes: Partial<RunSummary>, stop: Stop | null = null) =>
  describeRun({ summary: summary(changes), stop }, NOW, 'en', formatText);

describe('a run in words', () => {
  test('a live run says where it is', () => {
    expect(described({ status: 'running', endedAt: null })).toBe('loss 0.4123 · step 120/200');
    expect(described({ status: 'paused', endedAt: null, totalSteps: null })).toBe(
      'paused · loss 0.4123 · step 120',
    );
    const findings = { error: 1, warning: 1, info: 0, hint: 0 };
    expect(described({ status: 'running', endedAt: null, findings })).toBe(
      'loss 0.4123 · 2 findings · step 120/200',
    );
    const nothing = { first: null, last: null, best: null, bestStep: null };
    expect(described({ status: 'starting', endedAt: null, steps: 0, loss: nothing })).toBe('starting');
  });

  test('a held run says why', () => {
    const stop: Stop = {
      id: 0,
      reason: 'finding',
      description: text('The loss is {0}', 'NaN'),
      rank: 0,
      ranks: [],
      finding: null,
      expression: null,
    };
    const why = 'Paused: The loss is NaN · loss 0.4123 · step 120/200';
    expect(described({ status: 'paused', endedAt: null }, stop)).toBe(why);
    expect(statusLine({ summary: summary({ status: 'paused' }), stop }, formatText)).toBe(
      '$(pulse) Paused: The loss is NaN · step 120/200 · loss 0.4123',
    );
  });

  test('a past run says how it ended, its best value, its findings and when', () => {
    expect(described({})).toBe('best 0.3 · 1h ago');
    const findings = { error: 1, warning: 1, info: 0, hint: 0 };
    expect(described({ status: 'failed', findings })).toBe('failed · best 0.3 · 2 findings · 1h ago');
    expect(described({ findings: { ...findings, warning: 0 } })).toBe('best 0.3 · 1 finding · 1h ago');
  });

  test('the validation loss decides where there is one', () => {
    const validation = { first: 2, last: 0.6, best: 0.55, bestStep: 90 };
    expect(described({ validation })).toBe('best 0.55 · 1h ago');
    expect(described({ validation: { ...validation, best: null } })).toBe('best 0.3 · 1h ago');
  });

  test('a damaged run says what is wrong with it', () => {
    const problem = text('The record of this run is damaged: {0}', 'run.json is missing.');
    expect(described({ status: 'damaged', problem })).toBe(
      'The record of this run is damaged: run.json is missing.',
    );
  });

  test('the status bar shows findings', () => {
    const findings = { error: 1, warning: 2, info: 0, hint: 0 };
    expect(statusLine({ summary: summary({ status: 'running', findings }), stop: null }, formatText)).toBe(
      '$(pulse) step 120/200 · loss 0.4123 · $(warning) 3',
    );
  });

  test('details leave out what is not known', () => {
    const rows = runDetails(summary({}), 'en', formatText).map(([name, value]) => [formatText(name), value]);
    expect(rows.map(([name]) => name)).toEqual([
      'Status',
      'Steps',
      'Training loss',
      'Started',
      'Ended',
      'Directory',
    ]);
    expect(rows[2]?.[1]).toBe('0.4123 (best 0.3 at step 100)');
  });

  test('values keep four digits and say what is not finite', () => {
    expect([0.123456, 1234567, 0.00001234, 0, 12].map(formatValue)).toEqual([
      '0.1235',
      '1.235e+6',
      '1.234e-5',
      '0',
      '12',
    ]);
    expect(formatValue('NaN')).toBe('NaN');
  });

  test('time passed is in the largest unit that fits', () => {
    const ago = (seconds: number) => relativeTime(NOW - seconds, NOW, 'en');
    expect([5, 61, 3 * 3600, 86_400 * 8].map(ago)).toEqual(['now', '1m ago', '3h ago', '8d ago']);
    expect(ago(-100)).toBe('now');
    expect(relativeTime(NOW - 120, NOW, 'zh-cn')).toBe('2分钟前');
  });

  test('menus can tell live from past', () => {
    const value = (status: RunStatus) => contextValue(summary({ status }));
    expect(['running', 'paused', 'stopping'].map((status) => value(status as RunStatus))).toEqual([
      'live.running',
      'live.paused',
      'live.stopping',
    ]);
    expect(value('lost')).toBe('past.lost');
    expect(value('damaged')).toBe('past.damaged');
  });
});
