import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSATIONS } from '../../src/diagnosis/causes/roots.js';
import { RULES } from '../../src/diagnosis/registry.js';

const HERE = import.meta.url;

function names(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, HERE))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

const ids = RULES.map(({ id }) => id);

describe('the registry', () => {
  it('lists every rule file once, by its name', () => {
    expect([...ids].sort()).toEqual(names('../../src/diagnosis/rules/', '.ts'));
  });

  it('has a test with silent and firing cases for every rule', () => {
    expect(names('./rules/', '.test.ts')).toEqual([...ids].sort());
    for (const id of ids) {
      expect(readFileSync(new URL(`./rules/${id}.test.ts`, HERE), 'utf8')).toContain('testRule(');
    }
  });

  it.each(RULES)('$id: thresholds have defaults within their bounds and say where they come from', (rule) => {
    for (const threshold of Object.values(rule.thresholds)) {
      expect(threshold.default).toBeGreaterThanOrEqual(threshold.minimum);
      expect(threshold.default).toBeLessThanOrEqual(threshold.maximum);
      expect(threshold.origin.length).toBeGreaterThan(10);
    }
  });

  it.each(RULES)('$id: every part of its documentation is there', ({ docs, id }) => {
    expect(id).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    expect(Object.keys(docs).sort()).toEqual(['fix', 'how', 'what', 'why', 'wrong']);
    for (const part of Object.values(docs)) expect(part).toMatch(/\w+ \w+/);
    expect(docs.fix).toContain('```python');
    expect(docs.fix).toContain('```js');
  });

  it('knows both sides of every causation', () => {
    for (const { cause, symptoms } of CAUSATIONS)
      expect(ids).toEqual(expect.arrayContaining([cause, ...symptoms]));
  });
});
