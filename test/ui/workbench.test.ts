import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotFailures } from './lib/failures.js';
import { Session } from './lib/session.js';

describe('the workbench with the extension', () => {
  let session: Session;
  screenshotFailures(() => session);
  beforeAll(async () => {
    session = await Session.start();
  });
  afterAll(() => session.end());

  test('has our view in the activity bar, and it opens', async () => {
    const sideBar = await session.workbench.openSideBar('Training');
    expect(await sideBar.isVisible()).toBe(true);
  });

  test('shows light and dark', async () => {
    for (const theme of ['dark', 'light'] as const) {
      await session.workbench.setTheme(theme);
      await session.workbench.screenshot(`empty-${theme}`);
    }
    expect(session.workbench.pageErrors).toEqual([]);
  });
});
