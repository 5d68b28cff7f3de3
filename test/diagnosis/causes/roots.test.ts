import { describe, expect, it } from 'vitest';
import { CAUSATIONS, rootOf } from '../../../src/diagnosis/causes/roots.js';
import type { Finding } from '../../../src/protocol/runApi.js';
import { text } from '../../../src/protocol/values.js';

function finding(rule: string, given: Partial<Finding> = {}): Finding {
  return {
    id: rule,
    rule,
    cause: null,
    severity: 'error',
    step: 0,
    rank: 0,
    message: text('Something.'),
    explanation: text('Something.'),
    evidence: {},
    series: null,
    source: null,
    fixes: [],
    ...given,
  };
}

/** Rules of roots by the rule of what follows from them. */
function roots(...findings: Finding[]): Record<string, string | undefined> {
  return Object.fromEntries(findings.map((one) => [one.rule, rootOf(one, findings)?.cause.rule]));
}

describe('the table of causes', () => {
  it('names every cause once', () => {
    const causes = CAUSATIONS.map(({ cause }) => cause);
    expect(new Set(causes).size).toBe(causes.length);
  });

  it('has no circle: what a cause explains comes after it, but where steps decide', () => {
    const at = new Map(CAUSATIONS.map(({ cause }, i) => [cause, i]));
    const back = CAUSATIONS.flatMap(({ cause, symptoms }, i) =>
      symptoms
        .filter((symptom) => (at.get(symptom) ?? Infinity) <= i)
        .map((symptom) => `${cause} -> ${symptom}`),
    );
    expect(back).toEqual([
      'non-finite-loss -> non-finite-gradient',
      'non-finite-loss -> weights-diverging',
      'diverging-loss -> weights-diverging',
      'oscillating-loss -> loss-spike',
    ]);
  });
});

describe('rootOf', () => {
  it('puts a first loss that is too high under the gradient that overflows with it, and no later one', () => {
    const overflow = finding('non-finite-gradient');
    expect(roots(overflow, finding('initial-loss'))['initial-loss']).toBe('non-finite-gradient');
    expect(roots(overflow, finding('initial-loss', { step: 3 }))['initial-loss']).toBeUndefined();
  });

  it('puts everything down to the fault of the program', () => {
    const all = [
      'not-learning',
      'dead-relu',
      'learning-rate-too-high',
      'gradients-not-cleared',
      'non-finite-loss',
    ];
    expect(roots(...all.map((rule, i) => finding(rule, { step: 10 - i })))).toEqual({
      'gradients-not-cleared': undefined,
      'learning-rate-too-high': 'gradients-not-cleared',
      'not-learning': 'gradients-not-cleared',
      'dead-relu': 'gradients-not-cleared',
      'non-finite-loss': 'gradients-not-cleared',
    });
  });

  it('orders gradient and loss that are not finite by their steps', () => {
    const gradient = finding('non-finite-gradient', { step: 7 });
    expect(roots(gradient, finding('non-finite-loss', { step: 8 }))).toEqual({
      'non-finite-gradient': undefined,
      'non-finite-loss': 'non-finite-gradient',
    });
    expect(roots(gradient, finding('non-finite-loss', { step: 7 }))).toEqual({
      'non-finite-gradient': 'non-finite-loss',
      'non-finite-loss': undefined,
    });
  });

  it('orders growing weights and a growing loss by their steps', () => {
    const weights = finding('weights-diverging', { step: 7 });
    for (const [rule, step, root] of [
      ['diverging-loss', 7, 'weights-diverging'],
      ['non-finite-loss', 9, 'weights-diverging'],
      ['diverging-loss', 6, undefined],
    ] as const) {
      const loss = finding(rule, { step });
      expect(rootOf(loss, [loss, weights])?.cause.rule).toBe(root);
      expect(rootOf(weights, [loss, weights])?.cause.rule).toBe(root ? undefined : rule);
    }
  });

  it('lets a learning rate that nobody uses stand beside inputs that are not normalised', () => {
    const inputs = finding('inputs-not-normalised', { severity: 'warning' });
    const rate = (beyondUse: string) => finding('learning-rate-too-high', { evidence: { beyondUse } });
    expect(roots(inputs, rate('no'))).toMatchObject({ 'learning-rate-too-high': 'inputs-not-normalised' });
    expect(roots(inputs, rate('yes'))).toMatchObject({ 'learning-rate-too-high': undefined });
  });

  it('does not put a loss down to an explosion that came later, or long before', () => {
    const exploded = finding('exploding-gradient', { step: 500 });
    expect(roots(exploded, finding('non-finite-loss', { step: 490 }))).toMatchObject({
      'non-finite-loss': undefined,
    });
    expect(roots(exploded, finding('non-finite-loss', { step: 700 }))).toMatchObject({
      'non-finite-loss': undefined,
    });
  });

  it('does not take advice for an explanation of a fault', () => {
    const advice = finding('imbalanced-labels', { severity: 'hint' });
    expect(roots(advice, finding('not-learning'))).toMatchObject({ 'not-learning': undefined });
  });

  it('takes the advice against L2 for one where it outweighs the loss', () => {
    const advice = (weightDecay: number) =>
      finding('adam-with-l2', { severity: 'hint', evidence: { weightDecay } });
    const stuck = finding('not-learning');
    expect(roots(advice(0.01), stuck)).toMatchObject({ 'not-learning': undefined });
    expect(roots(advice(0.1), stuck)).toMatchObject({ 'not-learning': 'adam-with-l2' });
  });

  it('puts a lack of learning down to clipping that holds back every step', () => {
    expect(roots(finding('clipping-every-step', { step: 99 }), finding('not-learning'))).toMatchObject({
      'not-learning': 'clipping-every-step',
    });
  });

  it('takes a spike for a part of an oscillation, and for the cause of one that comes later', () => {
    const swings = (step: number) => finding('oscillating-loss', { step });
    expect(roots(finding('loss-spike', { step: 80 }), swings(60))).toMatchObject({
      'loss-spike': 'oscillating-loss',
    });
    expect(roots(finding('loss-spike', { step: 80 }), swings(250))).toMatchObject({
      'loss-spike': undefined,
      'oscillating-loss': 'loss-spike',
    });
  });
});
