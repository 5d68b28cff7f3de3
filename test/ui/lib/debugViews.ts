/** The views of Run and Debug, the floating toolbar and the Debug Console. */
import type { Locator, Page } from 'playwright-core';
import { until } from './until.js';
import type { Workbench } from './workbench.js';

type View = 'variables' | 'watch' | 'call-stack' | 'breakpoints';

/** Scrolls of a list until it is certain that a row is not in it. */
const MOST_SCROLLS = 60;

export class DebugViews {
  constructor(private readonly workbench: Workbench) {}

  private get page(): Page {
    return this.workbench.page;
  }

  async show(): Promise<void> {
    if (!(await this.page.locator('.debug-viewlet').isVisible()))
      await this.workbench.runCommand('View: Show Run and Debug');
    await this.page.locator('.debug-viewlet').waitFor();
  }

  /** Gives the room of other views to the one that is looked at. */
  async collapse(title: string): Promise<void> {
    const header = this.header(title);
    if ((await header.getAttribute('aria-expanded')) === 'true') await header.click();
  }

  private header(title: string): Locator {
    return this.page.locator(`.debug-viewlet .pane-header[aria-label^="${title}"]`);
  }

  rows(view: View): Locator {
    return this.page.locator(`.debug-${view} .monaco-list-row`);
  }

  row(view: View, text: string | RegExp): Locator {
    return this.rows(view).filter({ hasText: text }).first();
  }

  /** Text of the rows that are drawn. */
  async words(view: View): Promise<string[]> {
    return this.rows(view).allInnerTexts();
  }

  /** Scrolls a view from its top until a row is drawn: lists draw only what is in sight. */
  async find(view: View, text: string | RegExp): Promise<Locator> {
    const row = this.row(view, text);
    await this.page.locator(`.debug-${view} .monaco-list`).first().hover();
    await this.page.mouse.wheel(0, -100_000);
    for (let turn = 0; turn < MOST_SCROLLS; turn++) {
      if (await row.isVisible()) return row;
      await this.page.mouse.wheel(0, 100);
      await this.page.waitForTimeout(100);
    }
    throw new Error(`There is no ${String(text)} in the view ${view}.`);
  }

  /** Opens a row of a tree by its arrow. */
  async expand(view: View, text: string | RegExp): Promise<void> {
    await this.toggle(view, text, 'true');
  }

  async close(view: View, text: string | RegExp): Promise<void> {
    await this.toggle(view, text, 'false');
  }

  private async toggle(view: View, text: string | RegExp, wanted: 'true' | 'false'): Promise<void> {
    const row = await this.find(view, text);
    if ((await row.getAttribute('aria-expanded')) === wanted) return;
    await row.locator('.monaco-tl-twistie').click();
    await until(
      `${String(text)} to open`,
      async () => (await row.getAttribute('aria-expanded')) === wanted,
      10,
    );
  }

  /** Ticks a filter or a breakpoint. */
  async tick(text: string | RegExp): Promise<void> {
    const box = (await this.find('breakpoints', text)).getByRole('checkbox');
    if (!(await box.isChecked())) await box.click();
  }

  /** Changes a variable as a person does, by a double click on it. */
  async setValue(text: string | RegExp, value: string): Promise<void> {
    const input = this.page.locator('.debug-variables .monaco-inputbox input');
    await until('the field for the value', async () => {
      // The tree may be drawn anew between finding a row and clicking it.
      await (await this.find('variables', text)).dblclick({ timeout: 2000 });
      return input.isVisible();
    });
    await this.enter('variables', value);
  }

  async watch(expression: string): Promise<void> {
    await this.press('Watch', 'Add Expression');
    await this.enter('watch', expression);
  }

  async addFunctionBreakpoint(expression: string): Promise<void> {
    await this.press('Breakpoints', 'Add Function Breakpoint');
    // It is asked for below the filters, which may be out of sight.
    const input = this.page.locator('.debug-breakpoints .monaco-inputbox input');
    await this.page.locator('.debug-breakpoints .monaco-list').first().hover();
    await until('the field for the expression', async () => {
      await this.page.mouse.wheel(0, 300);
      return input.isVisible();
    });
    await this.enter('breakpoints', expression);
  }

  /** Presses a button in the header of a view; they show while it is open and pointed at. */
  private async press(title: string, label: string): Promise<void> {
    const header = this.header(title);
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
    await header.hover();
    await header.locator(`a[aria-label^="${label}"]`).click();
  }

  private async enter(view: View, words: string): Promise<void> {
    const input = this.page.locator(`.debug-${view} .monaco-inputbox input`);
    await input.fill(words);
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Sets a breakpoint in the first line of the open editor that has this text, and gives its number. */
  async toggleBreakpoint(text: string): Promise<number> {
    await this.page.locator('.view-line', { hasText: text }).first().click();
    await this.workbench.runCommand('Debug: Toggle Breakpoint');
    return Number(await this.page.locator('.line-numbers.active-line-number').innerText());
  }

  /** Points at a word in a line of the open editor. */
  async hover(word: string, line: string): Promise<void> {
    const token = this.page.locator('.view-line', { hasText: line }).locator('span span', { hasText: word });
    await token.first().hover();
  }

  get hoverWidget(): Locator {
    return this.page.locator('.debug-hover-widget');
  }

  /** A button of the floating toolbar: Continue, Step Over, Step Back … */
  button(label: string): Locator {
    return this.page.locator(`.debug-toolbar a.action-label[aria-label^="${label}"]`);
  }

  /** Evaluates in the Debug Console and gives what is written below. */
  async evaluate(expression: string): Promise<string> {
    await this.workbench.runCommand('Debug Console: Focus on Debug Console View');
    const before = await this.page.locator('.repl .monaco-list-row').count();
    await this.page.locator('.repl-input-wrapper .monaco-editor').click();
    await this.page.keyboard.type(expression);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
    const rows = this.page.locator('.repl .monaco-list-row');
    await until(
      'an answer',
      async () => (await rows.count()) >= before + 2 || (await rows.count()) > before,
      20,
    );
    await this.page.waitForTimeout(500);
    return (await rows.last().innerText()).trim();
  }
}
