import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PanelRequest } from '../../src/protocol/panel.js';
import { Requests } from '../../webview/requests.js';

const FRAMES: PanelRequest = { kind: 'frames', rank: 0, series: ['loss'], x: 'step', width: 100 };

describe('questions of the page', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('are given up when the answer got lost, so that they are asked again', async () => {
    const requests = new Requests(() => undefined);
    const asked = expect(requests.ask(FRAMES)).rejects.toThrow('has not answered for 10 seconds');
    await vi.advanceTimersByTimeAsync(10_000);
    await asked;
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
