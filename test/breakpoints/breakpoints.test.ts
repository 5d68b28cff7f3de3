import { describe, expect, test } from 'vitest';
import { checkBreakpoints } from '../../src/breakpoints/check.js';
import { exceptionFilters, includes } from '../../src/breakpoints/filters.js';
import { Measures } from '../../src/breakpoints/measures.js';
import { RULES } from '../../src/diagnosis/registry.js';
import { formatText } from '../../src/protocol/values.js';
import { explosion, plateau } from '../cli/support.js';

describe('filters', () => {
  const filters = exceptionFilters();

  test('are the groups and every rule of the registry, once', () => {
    const ids = filters.map(({ filter }) => filter);
    expect(ids.slice(0, 2)).toEqual(['any-error', 'any-warning']);
    expect(ids.slice(2).sort()).toEqual(RULES.map(({ id }) => id).sort());
  });

  test('are ordered and labelled by category, described by a sentence, and off', () => {
    expect(filters.find(({ filter }) => filter === 'exploding-gradient')).toMatchObject({
      label: 'Gradients: Gradient explodes',
      description: 'The norm of the gradient grows by orders of magnitude and takes the loss with it.',
      default: false,
      supportsCondition: true,
    });
    const categories = filters.slice(2).map(({ label }) => label.split(':')[0]);
    expect([...new Set(categories)]).toHaveLength(7);
    expect(categories.filter((category, i) => category !== categories[i - 1])).toHaveLength(7);
    for (const { description, label } of filters) expect(description, label).toMatch(/^[^\n]{10,300}[.!?]$/);
  });

  test('speak the language of the one who asks', () => {
    const translated = exceptionFilters(({ template }) => `<${template}>`);
    expect(translated[0]?.label).toBe('<Any error>');
    for (const { description } of translated) expect(description).toMatch(/^<.*>$/);
  });

  test('end a description where its sentence ends, not at a colon in code', () => {
    const described = new Map(filters.map(({ filter, description }) => [filter, description]));
    expect(described.get('frozen-parameters')).toMatch(/trainable: false\)\.$/);
    expect(described.get('memory-growth')).toBe('Something is kept from every step.');
  });

  test('stand for findings by rule or by severity, symptoms too', () => {
    const [root, symptom] = explosion();
    if (!root || !symptom) throw new Error('two findings');
    expect(includes('any-error', root) && includes('any-error', symptom)).toBe(true);
    expect(includes('non-finite-loss', symptom)).toBe(true);
    expect(includes('non-finite-loss', root)).toBe(false);
    expect(includes('any-error', plateau())).toBe(false);
    expect(includes('any-warning', plateau())).toBe(true);
  });
});

test('breakpoints are checked in order, with what is wrong', () => {
  const { exceptions, functions } = checkBreakpoints({
    exceptions: [
      { filter: 'any-error' },
      { filter: 'exploding-gradiant' },
      { filter: 'dead-relu', condition: 'step > ' },
      { filter: 'dead-relu', condition: '  ' },
    ],
    functions: [
      { expression: 'loss > 5' },
      { expression: 'loss' },
      { expression: 'loss > 1', condition: 'x > 1' },
    ],
  });
  expect(exceptions.map(({ verified }) => verified)).toEqual([true, false, false, true]);
  expect(functions.map(({ verified }) => verified)).toEqual([true, false, false]);
  const problem = exceptions[1]?.problem;
  expect(problem && formatText(problem)).toBe(
    'There is no rule “exploding-gradiant”. Did you mean “exploding-gradient”?',
  );
});

describe('measures', () => {
  test('are the latest values, under the names that expressions use', () => {
    const measures = new Measures();
    measures.learn({
      type: 'steps',
      first: 4,
      time: [1, 2],
      epoch: [0, 1],
      scalars: { loss: [0.5, 2], 'lr/0': [0.1, 0.1], 'gradNorm/1': ['NaN', null] },
    });
    expect(measures.lookup('best')).toBe(0.5);
    measures.learn({ type: 'metrics', step: 5, time: 2, values: { f1: 0.7, 'val f1': 0.6, 'a/b': 1 } });
    measures.learn({
      type: 'validation',
      step: 6,
      time: 3,
      batches: 2,
      scalars: { 'validation/loss': 0.9 },
    });
    measures.learn({ type: 'resources', step: 6, time: 3, values: { 'gpu/0/memory': 5 } });
    measures.arrive({ kind: 'step', step: 6, batch: 2, scalars: { loss: 3 }, back: 0, ahead: 0 });
    expect(measures.named()).toEqual({
      ...{ step: 6, batch: 2, loss: 3, lr: 0.1, 'gradNorm[1]': 'NaN', best: 0.9 },
      ...{ 'metric.f1': 0.7, 'metric["val f1"]': 0.6, 'metric["a/b"]': 1 },
      ...{ 'validation.loss': 0.9, 'gpu[0].memory': 5 },
    });
  });
});
