import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RULES } from '../../src/diagnosis/registry.js';

type CreateRule = (root: string, id?: string, title?: string, category?: string) => string[];

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const { createRule } = (await import(path.join(ROOT, 'scripts/new-rule.mjs'))) as { createRule: CreateRule };

describe('npm run new-rule', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'new-rule-'));
    mkdirSync(path.join(root, 'src'));
    cpSync(path.join(ROOT, 'src/diagnosis'), path.join(root, 'src/diagnosis'), { recursive: true });
    cpSync(path.join(ROOT, 'src/protocol'), path.join(root, 'src/protocol'), { recursive: true });
    cpSync(path.join(ROOT, 'src/run'), path.join(root, 'src/run'), { recursive: true });
    mkdirSync(path.join(root, 'test/diagnosis/rules'), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes a rule that loads, under its id, at the end of its category', async () => {
    createRule(root, 'quiet-units', "Units that don't fire", 'weights');
    const { RULES: rules } = (await import(path.join(root, 'src/diagnosis/registry.ts'))) as {
      RULES: typeof RULES;
    };
    const before = RULES.filter(({ category }) => category === 'weights').map(({ id }) => id);
    const after = rules.filter(({ category }) => category === 'weights');
    expect(after.map(({ id }) => id)).toEqual([...before, 'quiet-units']);
    expect(after.at(-1)).toMatchObject({ title: { template: "Units that don't fire" } });
    expect(rules.length).toBe(RULES.length + 1);
    expect(readFileSync(path.join(root, 'test/diagnosis/rules/quiet-units.test.ts'), 'utf8')).toContain(
      'quietUnits',
    );
  });

  it('refuses what would not be a rule, in words', () => {
    expect(() => createRule(root)).toThrow('kebab case');
    expect(() => createRule(root, 'Quiet Units', 'x')).toThrow('kebab case');
    expect(() => createRule(root, 'quiet-units')).toThrow('title is missing');
    expect(() => createRule(root, 'quiet-units', 'x', 'relus')).toThrow('loss, gradients');
    expect(() => createRule(root, 'initial-loss', 'x', 'loss')).toThrow('there already');
  });
});
