import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PanelRequest } from '../../src/protocol/panel.js';
import { Requests } from '../../webview/requests.js';

const FRAMES: PanelRequest = { kind: 'frames', rank: 0, series: ['loss'], x: 'step', width: 100 };

describe('questions of the page', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('are asked again when the answer got lost, ever more rarely', async () => {
    const posted: number[] = [];
    const requests = new Requests((message) => {
      if (message.type === 'request') posted.push(message.id);
    });
    const asked = requests.ask(FRAMES);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(posted).toEqual([1]);
    await vi.advanceTimersByTimeAsync(1);
    expect(posted).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(posted).toEqual([1, 1, 1]);
    requests.settle({ type: 'reply', id: 1, reply: { kind: 'frames', frames: [] } });
    expect(await asked).toEqual({ kind: 'frames', frames: [] });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(posted).toHaveLength(3);
  });

  test('take an answer that is late, and no notice of the second', async () => {
    const requests = new Requests(() => undefined);
    const asked = requests.ask(FRAMES);
    await vi.advanceTimersByTimeAsync(65_000);
    requests.settle({ type: 'reply', id: 1, reply: { kind: 'frames', frames: [] } });
    requests.settle({ type: 'failed', id: 1, message: 'The panel was closed.' });
    expect(await asked).toEqual({ kind: 'frames', frames: [] });
  });

  test('that a person is to answer wait for as long as it takes', async () => {
    const posted: number[] = [];
    const requests = new Requests((message) => {
      if (message.type === 'request') posted.push(message.id);
    });
    const asked = requests.ask({ kind: 'exportCsv', rank: 0, series: ['loss'] });
    await vi.advanceTimersByTimeAsync(600_000);
    requests.settle({ type: 'reply', id: posted[0] ?? 0, reply: { kind: 'done' } });
    expect(await asked).toEqual({ kind: 'done' });
  });
});
