import { describe, expect, it } from 'vitest';
import { ruleDocument, ruleDocuments, ruleIndex } from '../../src/diagnosis/docs.js';
import { RULES } from '../../src/diagnosis/registry.js';
import { explodingGradient } from '../../src/diagnosis/rules/exploding-gradient.js';
import { readRules } from '../../src/engine/launch/rules.js';

const SECTIONS = [
  'Why it matters',
  'How it is detected',
  'Thresholds',
  'How to fix it',
  'When it may be wrong',
  'What it goes with',
  'Options',
];

const pages = ruleDocuments(RULES);

describe('the page of a rule', () => {
  it.each(RULES)('$id has its parts in order, and examples for both frameworks', (rule) => {
    const page = ruleDocument(rule);
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading);
    const order = headings.map((heading) => SECTIONS.indexOf(heading));
    expect([...order].sort((a, b) => a - b)).toEqual(order);
    expect(order).not.toContain(-1);
    const [, fix = ''] = /## How to fix it\n(.*?)## When it may be wrong/s.exec(page) ?? [];
    expect(fix).toContain('```python');
    expect(fix).toContain('```js');
    expect(page).not.toMatch(/undefined|\[object|\{\d\}/);
  });

  it.each(RULES)('$id: what it says about settings is taken', (rule) => {
    const [, json = ''] = /```json\n(.*?)\n```/s.exec(ruleDocument(rule)) ?? [];
    const settings = JSON.parse(json) as Record<string, unknown>;
    expect(readRules(settings['trainingDebugger.rules'], 'rules')).toHaveProperty(rule.id);
  });

  it('has every threshold in one row, bars and all', () => {
    const factor = {
      default: 2,
      minimum: 1,
      maximum: 3,
      unit: '1',
      description: 'of |x|\nand more',
      origin: 'a\\|b',
    };
    const page = ruleDocument({ ...explodingGradient, thresholds: { factor } });
    expect(page).toContain('| `factor` | 2 1 | 1 to 3 | of \\|x\\| and more | a\\|b |');
  });

  it('links rules that it causes and is caused by, and only pages that there are', () => {
    const page = pages.get('exploding-gradient.md') ?? '';
    expect(page).toMatch(/shown under it: .*\[non-finite-loss\]\(non-finite-loss\.md\)/);
    for (const content of pages.values()) {
      const linked = [...content.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, file = '']) => file);
      expect(linked.filter((file) => !pages.has(file))).toEqual([]);
    }
    expect(ruleDocument(explodingGradient)).not.toContain('What it goes with');
  });
});

describe('the index', () => {
  it('lists every rule once, below its category', () => {
    const index = ruleIndex(RULES);
    const listed = [...index.matchAll(/^\| \[([\w-]+)\]/gm)].map(([, id]) => id);
    expect(listed.sort()).toEqual(RULES.map(({ id }) => id).sort());
    expect(index).toContain(`${RULES.length} rules.`);
  });
});
