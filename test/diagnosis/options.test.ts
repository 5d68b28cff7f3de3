import { describe, expect, it } from 'vitest';
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import { diagnosisOptions, mergeRuleSettings } from '../../src/diagnosis/options.js';
import { initialLoss } from '../../src/diagnosis/rules/initial-loss.js';
import { nonFiniteLoss } from '../../src/diagnosis/rules/non-finite-loss.js';
import { formatText } from '../../src/protocol/values.js';
import { LINES, lossSeen, optimizerSeen, steps } from './ruleTester.js';

describe('settings of rules', () => {
  it('are severities, or objects with a severity and thresholds', () => {
    const settings = { a: 'off', b: { severity: 'hint', window: 50 }, c: { ratio: 2 }, d: {} } as const;
    expect(diagnosisOptions(settings)).toEqual({
      rules: { a: 'off', b: 'hint' },
      thresholds: { b: { window: 50 }, c: { ratio: 2 } },
    });
  });

  it('merge option by option: what is said last wins', () => {
    const base = { a: { severity: 'hint', window: 50 }, b: 'off', c: 'error' } as const;
    const over = { a: 'error', b: { window: 3 }, d: 'off' } as const;
    expect(mergeRuleSettings(base, over)).toEqual({
      a: { severity: 'error', window: 50 },
      b: { severity: 'off', window: 3 },
      c: 'error',
      d: 'off',
    });
  });
});

describe('a line that suppresses a rule', () => {
  const messages = [optimizerSeen(), lossSeen(), steps({ loss: [900, NaN], gradNorm: [1, 1] })];

  function diagnosed(suppressed: (rule: string, line: number) => boolean): DiagnosisEngine {
    const diagnosis = new DiagnosisEngine(
      { rules: {}, suppressed: (rule, { line }) => suppressed(rule, line) },
      [initialLoss, nonFiniteLoss],
    );
    for (const message of messages) diagnosis.accept(0, message);
    return diagnosis;
  }

  it('takes the finding away and says so in the coverage', () => {
    const diagnosis = diagnosed((rule, line) => rule === 'initial-loss' && line === LINES.loss);
    expect(diagnosis.findings.map(({ rule }) => rule)).toEqual(['non-finite-loss']);
    const [check] = diagnosis.checks();
    expect(check).toMatchObject({ rule: 'initial-loss', status: 'ran', suppressed: [{ line: LINES.loss }] });
    expect(check?.reason && formatText(check.reason)).toBe(
      `Suppressed by a comment in train.py:${LINES.loss}.`,
    );
  });

  it('leaves other rules and other lines alone', () => {
    const all = diagnosed(() => false);
    expect(all.findings.map(({ rule }) => rule).sort()).toEqual(['initial-loss', 'non-finite-loss']);
    expect(diagnosed((_, line) => line === LINES.loss + 1).findings).toEqual(all.findings);
    expect(all.checks().every(({ suppressed }) => suppressed === undefined)).toBe(true);
  });
});
