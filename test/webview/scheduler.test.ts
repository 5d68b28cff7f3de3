import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Scheduler } from '../../webview/scheduler.js';

describe('drawing', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    frames.length = 0;
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  const frames: (() => void)[] = [];
  /** The browser has room for the next frame. */
  const frame = () => frames.shift()?.();

  test('of data comes once however often it is asked for, and again after a tenth of a second', async () => {
    const [scheduler, draw] = [new Scheduler(), vi.fn()];
    for (let i = 0; i < 5; i++) scheduler.later(draw);
    await vi.advanceTimersByTimeAsync(0);
    frame();
    frame();
    expect(draw).toHaveBeenCalledTimes(1);
    scheduler.later(draw);
    await vi.advanceTimersByTimeAsync(99);
    frame();
    expect(draw).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    frame();
    expect(draw).toHaveBeenCalledTimes(2);
  });

  test('of data waits as long again as the last picture took to get to the screen', async () => {
    const [scheduler, draw] = [new Scheduler(), vi.fn()];
    scheduler.later(draw);
    await vi.advanceTimersByTimeAsync(0);
    frame();
    scheduler.later(draw);
    await vi.advanceTimersByTimeAsync(1000);
    frame(); // only now was the first one out
    await vi.advanceTimersByTimeAsync(999);
    expect(frames).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    frame();
    expect(draw).toHaveBeenCalledTimes(2);
  });

  test('of what a hand does comes with the next frame, and of what is waited for at once', () => {
    const [scheduler, pointed, awaited] = [new Scheduler(), vi.fn(), vi.fn()];
    scheduler.atOnce(awaited);
    expect(awaited).toHaveBeenCalledTimes(1);
    scheduler.now(pointed);
    scheduler.atOnce(awaited);
    frame();
    expect([pointed.mock.calls.length, awaited.mock.calls.length]).toEqual([1, 2]);
  });
});
