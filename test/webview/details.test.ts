/** What opens in the panel: the details of a finding, and the list of checks. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { text } from '../../src/protocol/values.js';
import { grouped } from '../../webview/views/checks.js';
import { eventually, panelBrowser, violations } from './support/pageChecks.js';
import { classifierRun } from './support/syntheticRun.js';

const open = panelBrowser();
const results = path.resolve(import.meta.dirname, '../../test-results');

describe('an opened finding', () => {
  it('ranks likely causes with what was seen, what to do and the line', async () => {
    const { page, journal } = await open(classifierRun(500), { height: 1400 });
    const finding = page.locator('.finding.error');
    await finding.locator('summary').first().click();
    const causes = finding.locator('.causes > li');
    await causes.first().waitFor();
    expect((await causes.allInnerTexts()).map((words) => words.replace(/\s+/g, ' '))).toEqual([
      'The learning rate is too high train.py:33 One update moved the weights by 0.4 of their norm. Lower the learning rate to 0.01',
      'The gradient is not clipped No clipping was seen. Clip the gradient',
    ]);
    await causes.first().getByRole('button', { name: 'train.py:33' }).click();
    await eventually(() => expect(journal.openedSources).toEqual(['/home/user/digits/train.py:33']));
  });

  it('shows its evidence as readable numbers, which stay open when it changes', async () => {
    const run = classifierRun(500);
    const { page } = await open(run, { height: 1400 });
    const finding = page.locator('.finding.error');
    await finding.locator('summary').first().click();
    await finding.getByText('Evidence').click();
    const words = () => finding.locator('.evidence dl').innerText();
    expect((await words()).split(/\s+/)).toEqual(['ratio', '48', 'usual', '2.654']);
    const evidence = { ratio: 50, most: 'Infinity', formula: 'ln(10)' };
    run.notify('findings', { findings: [{ ...run.snapshot.findings[0]!, evidence }] });
    await eventually(async () =>
      expect((await words()).split(/\s+/)).toEqual(['ratio', '50', 'most', '∞', 'formula', 'ln(10)']),
    );
    expect(await violations(page)).toEqual([]);
    await mkdir(results, { recursive: true });
    await page.screenshot({ path: path.join(results, 'finding-details.png') });
  });
});

describe('the list of checks', () => {
  it('is closed at first, says how many ran, and opens by keyboard', async () => {
    const { page, journal } = await open(classifierRun(500), { height: 3000 });
    const summary = page.locator('.checks > summary');
    expect((await summary.innerText()).replace(/\s+/g, ' ')).toContain('2 ran, 1 could not, 1 suppressed');
    expect(await page.locator('.checks .groups').isVisible()).toBe(false);
    await summary.focus();
    await page.keyboard.press('Enter');
    const groups = page.locator('.checks .groups');
    await groups.waitFor();
    expect((await groups.innerText()).split(/\s*\n\s*/)).toEqual([
      ...['Could not run', 'loss-scale', 'no mixed precision is used'],
      ...['Suppressed', 'no-warmup', 'Suppressed by a comment in train.py:33.'],
      ...['Ran', 'initial-loss'],
    ]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await eventually(() => expect(journal.openedRules).toEqual(['loss-scale']));
    expect(await violations(page)).toEqual([]);
    await page.locator('.checks').screenshot({ path: path.join(results, 'checks.png') });
  });

  it('says so where none has reported', async () => {
    const run = classifierRun(500);
    run.snapshot.checks = [];
    const { page } = await open(run, { height: 3000 });
    await page.locator('.checks > summary').click();
    await page.getByText('No check has reported yet.').waitFor();
  });

  it('tells suppressed checks from those that ran', () => {
    const source = { file: '/a.py', line: 1 };
    const checks = [
      { rule: 'a', status: 'ran', reason: null },
      { rule: 'b', status: 'ran', reason: text('x'), suppressed: [source] },
      { rule: 'c', status: 'skipped', reason: text('y') },
      { rule: 'd', status: 'ran', reason: null, suppressed: [] },
    ] as const;
    const ids = grouped(checks.map((check) => structuredClone(check) as never)).map((list) =>
      list.map(({ rule }) => rule),
    );
    expect(ids).toEqual([['c'], ['b'], ['a', 'd']]);
  });
});
