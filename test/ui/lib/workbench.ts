/** The workbench as a person sees it: what they click, type and read. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { Problems } from './problems.js';
import { RunPanel } from './runPanel.js';
import { until } from './until.js';

export const themes = {
  light: { label: 'Light Modern', style: 'vs' },
  dark: { label: 'Dark Modern', style: 'vs-dark' },
  highContrast: { label: 'Dark High Contrast', style: 'hc-black' },
  highContrastLight: { label: 'Light High Contrast', style: 'hc-light' },
} as const;

const screenshots = resolve(import.meta.dirname, '..', '..', '..', 'test-results', 'screenshots');

export class Workbench {
  readonly problems: Problems;
  /** Errors that scripts of the page raised, the extension's webviews included. */
  readonly pageErrors: string[] = [];

  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    this.problems = new Problems(this);
    page.on('pageerror', (error) => this.pageErrors.push(error.message));
  }

  /** Opens the workspace and waits until the extension's icon is in the activity bar. */
  async open(): Promise<void> {
    await this.page.goto(this.url);
    await this.ownIcon.waitFor({ timeout: 60_000 });
  }

  /** What "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ownIcon.waitFor({ timeout: 60_000 });
  }

  /** The extension's icon, in either language. */
  private get ownIcon(): Locator {
    return this.activityIcon('Training').or(this.activityIcon('训练'));
  }

  activityIcon(name: string): Locator {
    return this.page.locator('.activitybar li.action-item', {
      has: this.page.locator(`a[aria-label^="${name}"]`),
    });
  }

  /** Opens a view container from the activity bar and waits for its title. */
  async openSideBar(name: string): Promise<Locator> {
    const title = this.page.locator('.sidebar .composite.title h2', { hasText: new RegExp(name, 'i') });
    if (!(await title.isVisible())) await this.activityIcon(name).click();
    await title.waitFor();
    return this.page.locator('.part.sidebar');
  }

  /** Runs a command by its full title, as shown in the palette. */
  async runCommand(title: string): Promise<void> {
    await this.choose(() => this.page.keyboard.press('F1'), `>${title}`, title);
  }

  /** Opens a file of the workspace by its path below it. */
  async openFile(file: string): Promise<void> {
    const name = file.split('/').at(-1) ?? file;
    await this.choose(() => this.page.keyboard.press('Control+P'), file, name);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /**
   * Opens a quick pick, types into it and takes a row. A slow start may swallow keys, and another quick pick may still
   * be closing: so it types until the text stays, and begins anew where the row does not come.
   */
  private async choose(show: () => Promise<void>, text: string, row: string): Promise<void> {
    const attempt = async () => {
      await this.page.keyboard.press('Escape');
      await show();
      await until(`"${row}"`, () => this.takeRow(text, row), 10);
      return true;
    };
    await until(`"${row}" in the quick pick`, attempt);
  }

  private async takeRow(text: string, row: string): Promise<boolean> {
    const input = this.page.locator('.quick-input-widget input');
    if (!(await input.isVisible())) return false;
    if ((await input.inputValue({ timeout: 1000 })) !== text) await input.fill(text, { timeout: 1000 });
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const labels = (await rows.allInnerTexts()).map((words) => words.split('\n')[0]);
    if (!labels.includes(row)) return false;
    // Without the usual wait for a still element: a busy machine might then click and yet report that it did not.
    await rows.nth(labels.indexOf(row)).click({ force: true });
    return true;
  }

  /** Takes a row of the quick pick that is open. */
  async pick(row: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
  }

  /** A notification toast with this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
  }

  /** An item of the status bar by its text. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item', { hasText: text });
  }

  /** Underlines in the open editor. */
  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}`);
  }

  /** Inside of the webview that is visible in the editor area. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** The panel of the run that is shown. */
  get panel(): RunPanel {
    return new RunPanel(this.webview);
  }

  /** A row of the tree in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator('.part.sidebar .monaco-list-row', { hasText: text });
  }

  /** The file that is open in the active tab. */
  get activeTab(): Locator {
    return this.page.locator('.editor-group-container.active .tab.active');
  }

  async closeEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
  }

  /** Changes the colour theme as a person does, and waits until it is drawn. */
  async setTheme(theme: keyof typeof themes): Promise<void> {
    const { label, style } = themes[theme];
    await this.choose(() => this.runCommand('Preferences: Color Theme'), label, label);
    await this.page.locator(`.monaco-workbench.${style}`).waitFor();
    await this.page.waitForTimeout(500); // colours fade in
  }

  /** Writes test-results/screenshots/<name>.png. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
}
