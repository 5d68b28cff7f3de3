import { expect, test } from 'vitest';
import { formatText, text } from '../../src/protocol/values.js';
import { causesElsewhere, shortForm } from '../../src/ui/problems/shortForm.js';
import { explosion, plateau } from '../cli/support.js';

const words = { localize: formatText, likelyCause: (title: string) => `Likely cause: ${title}.` };

test('a finding with likely causes is told with the likeliest and what to do about it', () => {
  expect(shortForm(plateau(), words)).toBe(
    [
      'The loss has not fallen since step 20: 2.303.',
      'Likely cause: The learning rate is too low. An update moves the weights by 1e-9 of their norm.',
      '→ Raise the learning rate to 0.001',
    ].join('\n'),
  );
});

test('one that is its own cause is told with why it matters and what to try', () => {
  expect(shortForm(explosion()[0]!, words)).toBe(
    [
      'The gradient exploded.',
      'A model that learns nothing wastes the run.',
      '→ Check the learning rate',
    ].join('\n'),
  );
});

test('every sentence is in the language of the reader', () => {
  const localize = () => 'x';
  expect(shortForm(plateau(), { localize, likelyCause: (title) => `<${title}>` })).toBe('x\n<x> x\n→ x');
});

test('causes on another line can be gone to', () => {
  const finding = plateau('/w/train.py');
  expect(causesElsewhere(finding).map(({ source }) => source.line)).toEqual([2]);
  expect(causesElsewhere({ ...finding, source: { file: '/w/train.py', line: 2 } })).toEqual([]);
  expect(causesElsewhere({ ...finding, source: null }).map(({ id }) => id)).toEqual([
    'learning-rate-too-low',
  ]);
  const { causes: _, ...without } = { ...finding, message: text('m') };
  expect(causesElsewhere(without)).toEqual([]);
});
