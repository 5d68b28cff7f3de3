/** Themes, languages and accessibility of the page, in a real Chromium. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { chart, drawn, lineColor, panelBrowser, violations } from './support/pageChecks.js';
import { classifierRun } from './support/syntheticRun.js';

const open = panelBrowser();

describe('themes, languages and accessibility', () => {
  const themes = ['dark', 'light', 'hc-black', 'hc-light'] as const;
  const results = path.resolve('test-results/panel');

  it.each(themes)('draws in the %s theme and passes the accessibility check', async (theme) => {
    const { page } = await open(classifierRun(1000, { from: 600, to: 620 }), { theme, height: 2600 });
    await drawn(page, 'Loss');
    await page.getByText('conv1.weight').waitFor();
    await page.getByText('The gradient norm rose 48-fold').click();
    await chart(page, 'Loss').getByRole('button', { name: 'Show as table' }).click();
    await page.screenshot({ path: path.join(results, `${theme}-1200.png`), fullPage: true });
    expect(await violations(page)).toEqual([]);
  });

  it('reads the colours again when the theme changes', async () => {
    const { page } = await open(classifierRun(500));
    await drawn(page, 'Loss');
    await page.evaluate(() => (document.body.className = 'vscode-light theme-light'));
    expect(await lineColor(page, 1)).toBe('#0072b2');
    await drawn(page, 'Loss');
  });

  it('fits a narrow panel without scrolling sideways', async () => {
    const { page } = await open(classifierRun(500), { width: 500 });
    await drawn(page, 'Loss');
    await page.screenshot({ path: path.join(results, 'dark-500.png') });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(500);
    expect(await violations(page)).toEqual([]);
  });

  it('moves nothing by itself for those who asked for that', async () => {
    const { page } = await open(classifierRun(200));
    const animation = () =>
      page.locator('.status .icon').evaluate((element) => getComputedStyle(element).animationName);
    expect(await animation()).toBe('breathe');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await animation()).toBe('none');
  });

  it('speaks Chinese, down to the last word of its own', async () => {
    const bundle = await readFile('l10n/bundle.l10n.zh-cn.json', 'utf8');
    const translations = JSON.parse(bundle) as Record<string, string>;
    const settings = { locale: 'zh-cn', translations };
    const { page } = await open(classifierRun(500), { height: 2600, settings });
    await drawn(page, '损失');
    expect(await page.locator('.status').innerText()).toBe('正在运行');
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-cn');
    await page.screenshot({ path: path.join(results, 'dark-zh-cn.png') });
    const left = Object.entries(translations).filter(
      ([english, chinese]) => english !== chinese && !english.includes('{'),
    );
    const shown = new Set((await page.locator('main').innerText()).split('\n').map((line) => line.trim()));
    expect(left.map(([english]) => english).filter((english) => shown.has(english))).toEqual([]);
  });
});
