/** What VS Code accepts and offers for the rules in settings.json and launch.json. */
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { rulesSchema } from '../../src/contributions/rules.js';
import { Words } from '../../src/contributions/words.js';
import { RULES } from '../../src/diagnosis/registry.js';
import { readRules } from '../../src/engine/launch/rules.js';

const words = new Words();
const schema = rulesSchema(RULES, words);
const ajv = new Ajv({ strict: false, allowUnionTypes: true });
const validate = ajv.compile(schema);

test.each([
  [{ 'initial-loss': 'off' }, true],
  [{ 'initial-loss': { severity: 'hint', excess: 2 }, 'non-finite-loss': 'error' }, true],
  [{ 'initial-loss': { excess: 0.1 } }, true],
  [{ 'initial-loss': {} }, true],
  [{ 'initial-loss': 'fatal' }, false],
  [{ 'initial-loss': { severity: 'fatal' } }, false],
  [{ 'initial-loss': { excess: 1e9 } }, false],
  [{ 'initial-loss': { excess: '2' } }, false],
  [{ 'initial-loss': { exces: 2 } }, false],
  [{ 'initial-los': 'off' }, false],
  [['off'], false],
])('%j: the schema and the engine agree (%s)', (settings, accepted) => {
  expect(validate(settings)).toBe(accepted);
  const read = () => readRules(settings, 'rules');
  if (accepted) expect(read()).toEqual(settings);
  else expect(read).toThrow();
});

test('completion offers for each rule an object with its defaults, which is accepted', () => {
  const properties = schema['properties'] as Record<string, { defaultSnippets: { body: unknown }[] }>;
  expect(Object.keys(properties).sort()).toEqual(RULES.map(({ id }) => id).sort());
  for (const [id, { defaultSnippets }] of Object.entries(properties)) {
    for (const { body } of defaultSnippets) expect(validate({ [id]: body }), id).toBe(true);
  }
});

test('every threshold is described, with its unit, range and default', () => {
  const properties = schema['properties'] as Record<
    string,
    { anyOf: [unknown, { properties: Record<string, Record<string, unknown>> }] }
  >;
  const { excess } = properties['initial-loss']?.anyOf[1].properties ?? {};
  expect(excess).toMatchObject({ type: 'number', minimum: 0.1, maximum: 100, default: 1.25 });
  expect(excess?.['description']).toBe('%rule.initial-loss.excess%');
  expect(words.english['rule.initial-loss.excess']).toMatch(/^By how much .*\(nats\)$/);
});
