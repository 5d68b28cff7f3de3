/** The Problems view. */
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench.js';

export class Problems {
  constructor(private readonly workbench: Workbench) {}

  async show(): Promise<void> {
    if (await this.view.isVisible()) return;
    await this.workbench.runCommand('Problems: Focus on Problems View');
    await this.view.waitFor();
  }

  get view(): Locator {
    return this.workbench.page.locator('.markers-panel');
  }

  /** A row with this text: a file's or a problem's. */
  row(text: string | RegExp): Locator {
    return this.view.locator('.monaco-list-row', { hasText: text });
  }
}
