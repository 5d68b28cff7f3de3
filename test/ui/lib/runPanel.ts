/** The panel of one run, in the webview that is visible. */
import type { FrameLocator, Locator } from 'playwright-core';

export class RunPanel {
  constructor(private readonly frame: FrameLocator) {}

  /** The word beside the run's name: Running, Stopped … */
  get status(): Locator {
    return this.frame.locator('header [role="status"]');
  }

  /** Why the training is held, with the buttons to go on. */
  get stop(): Locator {
    return this.frame.locator('section.stop');
  }

  /** What was changed by hand. */
  get changes(): Locator {
    return this.frame.locator('ul.changes > li');
  }

  get findings(): Locator {
    return this.frame.locator('ul.findings > li');
  }

  get console(): Locator {
    return this.frame.getByRole('log', { name: 'Console' });
  }

  button(name: string): Locator {
    return this.frame
      .locator(`vscode-button[aria-label="${name}"], vscode-button:has-text("${name}")`)
      .first();
  }

  /** A chart by its title. */
  chart(title: string): Locator {
    return this.frame.locator('.card', {
      has: this.frame.getByRole('heading', { name: title, exact: true }),
    });
  }

  /** The number of a tile: "1,234 / 2,700" is 1234. */
  async tile(title: string): Promise<number> {
    const tile = this.frame.locator('.tiles dl > *', { hasText: title }).first();
    const number = /[\d,]*\d(?:\.\d+)?/.exec((await tile.innerText()).replace(title, ''));
    return Number(number?.[0].replaceAll(',', '') ?? NaN);
  }

  /** How many pixels of a chart's canvas are not transparent, and a digest that changes with any of them. */
  async pixels(title: string): Promise<{ painted: number; digest: string }> {
    return this.chart(title)
      .locator('canvas')
      .first()
      .evaluate(async (canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        const digest = await crypto.subtle.digest('SHA-256', data);
        let painted = 0;
        for (let i = 3; i < data.length; i += 4) painted += Number((data[i] ?? 0) > 0);
        return { painted, digest: new Uint8Array(digest).join('.') };
      });
  }
}
