import { afterEach, describe, expect, it } from 'vitest';
import { ConsoleBuffer } from '../../webview/consoleBuffer.js';
import { formatBytes, formatClock, formatDuration, formatNumber, formatValue } from '../../webview/format.js';
import { t, useTranslations } from '../../webview/l10n.js';
import { fractionDone, Pace, secondsLeft } from '../../webview/progress.js';
import { classifierRun } from './support/syntheticRun.js';

afterEach(() => useTranslations('en', {}));

describe('numbers as people read them', () => {
  it.each([
    [0, '0'],
    [2.302585, '2.303'],
    [1234.5, '1,235'],
    [0.00012345, '1.23e-4'],
    [-0.0005, '-5e-4'],
    [12_345_678, '1.23e7'],
    [Number.NaN, 'NaN'],
    [Infinity, '∞'],
    [-Infinity, '−∞'],
  ])('%s is %s', (value, words) => expect(formatValue(value)).toBe(words));

  it('gives units their prefixes', () => {
    expect(formatBytes(6.2e8)).toBe('620 MB');
    expect(formatBytes(12)).toBe('12 B');
    expect(formatValue(0.0123, 'seconds')).toBe('12.3 ms');
    expect(formatValue(42e-6, 'seconds')).toBe('42 µs');
    expect(formatValue(0.918, 'fraction')).toBe('91.8 %');
  });

  it('writes waiting times in two parts', () => {
    expect(formatDuration(9)).toBe('9 s');
    expect(formatDuration(200)).toBe('3 min 20 s');
    expect(formatDuration(3840)).toBe('1 h 04 min');
    expect(formatDuration(3 * 86400 + 3600)).toBe('3 d 01 h');
    expect([formatClock(0), formatClock(5), formatClock(2.5)]).toEqual(['0:00', '0:05', '2.5 s']);
    expect(formatClock(65)).toBe('1:05');
    expect(formatClock(10930)).toBe('3:02:10');
  });

  it('follows the language', () => {
    useTranslations('de', { '{0} s': '{0} Sek.' });
    expect(formatNumber(1234.5)).toBe('1.235');
    expect(formatDuration(9)).toBe('9 Sek.');
    expect(t('never translated {0}', 1)).toBe('never translated 1');
  });

  it('does with a language that the browser does not know', () => {
    useTranslations('qps-ploc-x-y-z-not-a-locale'.slice(0, 8), {});
    expect(formatNumber(1234.5)).toBe('1,235');
  });
});

describe('how long it will take', () => {
  const { summary } = classifierRun(1000).snapshot;

  it('judges the pace by the last half minute', () => {
    const pace = new Pace();
    for (let second = 0; second <= 100; second++)
      pace.record(second, second < 60 ? second : 60 + (second - 60) * 5);
    expect(pace.stepsPerSecond()).toBeCloseTo(5);
  });

  it('says nothing before it has seen enough', () => {
    const pace = new Pace();
    expect(pace.stepsPerSecond()).toBeNull();
    pace.record(0, 10);
    pace.record(0.2, 11);
    expect(pace.stepsPerSecond()).toBeNull();
  });

  it('counts steps where their total is known, else epochs', () => {
    expect(fractionDone(summary)).toBeCloseTo(1000 / 1500);
    expect(secondsLeft(summary, 10)).toBeCloseTo(50);
    const byEpoch = { ...summary, totalSteps: null, epoch: 5, totalEpochs: 20 };
    expect(fractionDone(byEpoch)).toBeCloseTo(0.25);
    expect(secondsLeft(byEpoch, 100)).toBeCloseTo(30);
    expect(fractionDone({ ...summary, totalSteps: null, totalEpochs: null })).toBeNull();
  });
});

describe('the end of the console', () => {
  const lines = (buffer: ConsoleBuffer) => buffer.lines.map((line) => line.text.replace(/\r$/, ''));

  it('joins lines that come in pieces, apart for the two streams', () => {
    const buffer = new ConsoleBuffer();
    buffer.push({ stream: 'stdout', text: 'epo', dropped: 0 });
    buffer.push({ stream: 'stderr', text: 'warning\n', dropped: 0 });
    buffer.push({ stream: 'stdout', text: 'ch 1\n\nend', dropped: 0 });
    expect(lines(buffer)).toEqual(['epoch 1', 'warning', '', 'end']);
  });

  it('shows a progress bar as its last state, and no colours', () => {
    const buffer = new ConsoleBuffer();
    const escape = String.fromCharCode(27);
    buffer.push({ stream: 'stderr', text: '\r 10%\r 20%', dropped: 0 });
    buffer.push({ stream: 'stderr', text: '\r 30%\r', dropped: 0 });
    buffer.push({ stream: 'stderr', text: `100%\n${escape}[31mred${escape}[0m\n`, dropped: 0 });
    expect(lines(buffer)).toEqual(['100%', 'red']);
  });

  it('keeps a bounded number of lines and counts what the engine left out', () => {
    const buffer = new ConsoleBuffer(100);
    for (let index = 0; index < 50; index++)
      buffer.push({ stream: 'stdout', text: `${index}\n`.repeat(10), dropped: 7 });
    expect(buffer.lines).toHaveLength(100);
    expect(buffer.lines[99]!.text).toBe('49');
    expect(buffer.dropped).toBe(350);
  });

  it('says from which line on something changed', () => {
    const buffer = new ConsoleBuffer();
    buffer.push({ stream: 'stdout', text: 'a\nb', dropped: 0 });
    expect(buffer.takeChanged()).toBe(0);
    buffer.push({ stream: 'stdout', text: 'c\nd\n', dropped: 0 });
    expect(buffer.takeChanged()).toBe(1);
    expect(buffer.takeChanged()).toBe(3);
  });
});
