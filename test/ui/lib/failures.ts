import { afterEach } from 'vitest';
import type { Session } from './session.js';

/** What the workbench showed when a test failed goes to test-results/screenshots/failed-<test>.png. */
export function screenshotFailures(session: () => Session): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await session().workbench.screenshot(`failed-${task.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
  });
}
