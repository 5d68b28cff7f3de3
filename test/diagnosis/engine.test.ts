import { describe, expect, it } from 'vitest';
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import { defineRule, type Explained, type Rule } from '../../src/diagnosis/rule.js';
import { explodingGradient } from '../../src/diagnosis/rules/exploding-gradient.js';
import { initialLoss } from '../../src/diagnosis/rules/initial-loss.js';
import { nonFiniteLoss } from '../../src/diagnosis/rules/non-finite-loss.js';
import { formatText, text } from '../../src/protocol/values.js';
import { hello } from './messages.js';
import { lossSeen, optimizerSeen, steps } from './ruleTester.js';

const explosion = {
  loss: [2.3, 2.3, 2.2, 9, 800, 4e6, NaN],
  gradNorm: [1, 1.1, 0.9, 300, 2e5, 3e9, NaN],
};

const REGISTRY = [initialLoss, nonFiniteLoss, explodingGradient];

function engine(rules: Record<string, 'off' | 'error' | 'warning' | 'info' | 'hint'> = {}): DiagnosisEngine {
  return new DiagnosisEngine({ rules }, REGISTRY);
}

function reasons(diagnosis: DiagnosisEngine): Record<string, string> {
  return Object.fromEntries(
    diagnosis.checks().map(({ rule, reason }) => [rule, reason ? formatText(reason) : 'ran']),
  );
}

describe('DiagnosisEngine', () => {
  it('shows a non-finite loss as a symptom under the exploding gradient that caused it', () => {
    const diagnosis = engine();
    diagnosis.accept(0, optimizerSeen());
    diagnosis.accept(0, lossSeen());
    const changed = diagnosis.accept(0, steps(explosion));
    expect(changed.map(({ rule, cause }) => [rule, cause])).toEqual([
      ['exploding-gradient', null],
      ['non-finite-loss', 'exploding-gradient'],
    ]);
    expect(diagnosis.findings).toEqual(changed);
  });

  it('updates a symptom that was told before its cause was known', () => {
    const diagnosis = engine();
    diagnosis.accept(0, lossSeen());
    const first = diagnosis.accept(0, steps({ loss: [2.3, 2.3, NaN, NaN] }));
    expect(first.map(({ cause }) => cause)).toEqual([null]);
    const late = diagnosis.accept(
      1,
      steps({ loss: explosion.loss.slice(2), gradNorm: explosion.gradNorm.slice(2) }),
    );
    expect(late.map(({ rule, cause }) => [rule, cause])).toEqual([
      ['exploding-gradient', null],
      ['non-finite-loss', 'exploding-gradient'],
    ]);
    expect(late[1]?.evidence['ranks']).toBe('0, 1');
  });

  it('keeps one finding for all ranks, told by the one that saw it first', () => {
    const diagnosis = engine();
    for (const rank of [0, 1]) diagnosis.accept(rank, lossSeen());
    diagnosis.accept(1, steps({ loss: [2.3, NaN] }));
    const changed = diagnosis.accept(0, steps({ loss: [2.3, 2.3, NaN] }));
    expect(diagnosis.findings).toHaveLength(1);
    expect(changed[0]).toMatchObject({
      id: 'non-finite-loss:loss',
      step: 1,
      rank: 1,
      evidence: { ranks: '0, 1' },
    });
  });

  it('says nothing again that it has said', () => {
    const diagnosis = engine();
    diagnosis.accept(0, lossSeen());
    expect(diagnosis.accept(0, steps({ loss: [NaN] }))).toHaveLength(1);
    expect(diagnosis.accept(0, steps({ loss: [NaN, NaN] }, 1))).toEqual([]);
  });

  it('gives a rule the configured severity, and leaves out one that is off', () => {
    const diagnosis = engine({ 'non-finite-loss': 'hint', 'exploding-gradient': 'off' });
    diagnosis.accept(0, lossSeen());
    diagnosis.accept(0, steps(explosion));
    expect(diagnosis.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['non-finite-loss', 'hint'],
    ]);
    expect(reasons(diagnosis)['exploding-gradient']).toBe('Switched off in the configuration.');
  });

  it('refuses rules and thresholds that do not exist or are out of range, and names what there is', () => {
    expect(() => engine({ 'initial-los': 'off' })).toThrow(/no rule "initial-los": initial-loss, /);
    const thresholds = (given: Record<string, number>) => () =>
      new DiagnosisEngine({ rules: {}, thresholds: { 'initial-loss': given } });
    expect(thresholds({ exces: 1 })).toThrow(/no threshold "exces": excess, gross, patience, outputScale/);
    expect(thresholds({ excess: -1 })).toThrow(/must be in 0.1 to 100, not -1/);
    expect(thresholds({ excess: NaN })).toThrow(/not NaN/);
  });

  it('says which checks ran and why the others could not', () => {
    const diagnosis = engine();
    expect(new Set(Object.values(reasons(diagnosis)))).toEqual(new Set(['Nothing has been measured yet.']));
    diagnosis.accept(0, lossSeen({ resumed: true }));
    diagnosis.accept(0, steps({ loss: [0.4] }));
    expect(reasons(diagnosis)).toEqual({
      'initial-loss': 'The model started from saved weights.',
      'non-finite-loss': 'ran',
      'exploding-gradient': 'Not measured: gradNorm.',
    });
  });

  it('names series or messages that a rule needs and that never came', () => {
    const rules = [
      { ...template, id: 'by-message', needs: ['activations'] },
      { ...template, id: 'by-series', needs: ['loss'] },
      { ...template, id: 'by-either', needs: ['gradNorm', 'batch'] },
    ];
    const diagnosis = new DiagnosisEngine({ rules: {} }, rules);
    diagnosis.accept(0, lossSeen());
    expect(reasons(diagnosis)).toEqual({
      'by-message': 'Not measured: activations.',
      'by-series': 'Not measured: loss.',
      'by-either': 'Not measured: gradNorm, batch.',
    });
    diagnosis.accept(0, { type: 'batch', step: 0, tensors: [] });
    diagnosis.accept(0, { type: 'activations', step: 0, time: 0, layers: [] });
    diagnosis.accept(0, steps({ loss: [2.3] }));
    expect(new Set(Object.values(reasons(diagnosis)))).toEqual(new Set(['ran']));
  });

  it('lets a rule compare ranks, and says so when there is only one', () => {
    const seen = new Map<number, number>();
    const apart: Rule<{ step: number; by: number }> = {
      ...template,
      id: 'apart',
      check: () => ({}),
      across: () => ({
        step: (rank, at, ranks) => {
          seen.set(rank, at.scalar('loss') ?? NaN);
          const by = Math.abs((seen.get(0) ?? NaN) - (seen.get(1) ?? NaN));
          return ranks.size === 2 && by > 1 ? { rank: 1, evidence: { step: at.step, by } } : undefined;
        },
        observe: (rank, message, ranks) =>
          message.type === 'bye' && ranks.has(rank) ? { rank, evidence: { step: 9, by: 9 } } : undefined,
      }),
      explain: ({ step, by }, { rank }) => ({ ...explained(step), values: { by, rank } }),
    };
    const diagnosis = new DiagnosisEngine({ rules: {} }, [apart]);
    diagnosis.accept(0, steps({ loss: [2, 2] }));
    expect(reasons(diagnosis)).toEqual({ apart: 'The run has a single process.' });
    expect(diagnosis.accept(1, steps({ loss: [2] }))).toEqual([]);
    expect(reasons(diagnosis)).toEqual({ apart: 'ran' });
    expect(diagnosis.accept(1, steps({ loss: [5] }, 1))).toMatchObject([
      { rule: 'apart', rank: 1, step: 1, evidence: { by: 3, rank: 1 } },
    ]);
    expect(diagnosis.accept(0, { type: 'bye', reason: 'finished', dropped: 0 })).toHaveLength(1);
  });

  it('compares no processes that are a training each', () => {
    const apart: Rule<number> = {
      ...template,
      id: 'apart',
      check: () => ({}),
      across: () => ({ step: (rank, { step }) => ({ rank, evidence: step }) }),
      explain: (step) => ({ ...explained(step), values: {} }),
    };
    const diagnosis = new DiagnosisEngine({ rules: {} }, [apart]);
    for (const rank of [0, 1]) {
      diagnosis.accept(rank, hello());
      expect(diagnosis.accept(rank, steps({ loss: [2] }))).toEqual([]);
    }
    expect(reasons(diagnosis)['apart']).toContain('no ranks of one training');
  });

  it('ends a rule that throws, says so, and lets the others go on', () => {
    const broken = defineRule({
      ...template,
      id: 'broken',
      check: () => ({
        step: () => {
          throw new Error('a defect');
        },
      }),
    });
    const sound = defineRule({ ...template, id: 'sound', check: () => ({ step: ({ step }) => step }) });
    const diagnosis = new DiagnosisEngine({ rules: {} }, [broken, sound]);
    diagnosis.accept(0, steps({ loss: [1, 2] }));
    expect(diagnosis.findings.map(({ rule }) => rule)).toEqual(['sound']);
    expect(reasons(diagnosis)).toEqual({ broken: 'The check failed: a defect', sound: 'ran' });
  });
});

function explained(step: number): Explained {
  return {
    severity: 'hint',
    step,
    message: text('Step {0}.', step),
    explanation: text('None.'),
    anchor: 'loss',
    series: null,
    fixes: [],
    values: {},
  };
}

const template: Rule<number> = {
  id: '',
  title: text('A rule'),
  status: 'preview',
  category: 'loss',
  severity: 'hint',
  needs: [],
  thresholds: {},
  check: () => ({}),
  explain: explained,
  docs: { what: '', why: '', how: '', fix: '', wrong: '' },
};
