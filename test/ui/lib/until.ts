import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until the answer is yes. An error counts as no; the last one is told when patience ends. */
export async function until(
  what: string,
  ask: () => Promise<boolean> | boolean,
  seconds = 60,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      if (await ask()) return;
      last = 'it stayed false';
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`Waited ${seconds} s for ${what}: ${String(last)}`);
    await sleep(200);
  }
}
