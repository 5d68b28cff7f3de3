/** Sharing one connection to a run among several users. */
import { describe, expect, test } from 'vitest';
import type { RunClient, RunNotification, RunNotifications } from '../../src/protocol/runApi.js';
import { RunHub } from '../../src/ui/runs/hub.js';

/** A client that answers with its name. */
class NamedClient implements RunClient {
  disposed = false;
  private readonly listeners = new Map<string, Set<(params: never) => void>>();

  constructor(private readonly name: string) {}

  request: RunClient['request'] = () => Promise.resolve(this.name as never);

  on<N extends RunNotification>(notification: N, listener: (params: RunNotifications[N]) => void) {
    return this.add(notification, listener);
  }

  onClosed(listener: () => void) {
    return this.add('closed', listener);
  }

  tell(notification: RunNotification | 'closed', params?: unknown): void {
    for (const listener of this.listeners.get(notification) ?? []) listener(params as never);
  }

  dispose(): void {
    this.disposed = true;
  }

  private add(notification: string, listener: (params: never) => void) {
    const listeners = this.listeners.get(notification) ?? new Set();
    this.listeners.set(notification, listeners.add(listener));
    return { dispose: () => void listeners.delete(listener) };
  }
}

function hubWith() {
  const live = new NamedClient('engine');
  const record = new NamedClient('record');
  const hub = new RunHub(() => Promise.resolve(record));
  return { live, record, hub };
}

describe('a connection that several share', () => {
  test('goes to the engine while the run is live, and to the record from its end on', async () => {
    const { live, hub } = hubWith();
    hub.connect(live);
    const share = hub.share();
    expect(await share.request('snapshot', {})).toBe('engine');
    const ended: unknown[] = [];
    share.on('ended', (params) => ended.push(params));
    live.tell('ended', { summary: 'over' });
    expect(ended).toEqual([{ summary: 'over' }]);
    expect(live.disposed).toBe(true);
    expect(await share.request('snapshot', {})).toBe('record');
  });

  test('asks the record what the engine can answer no more, because the run ended meanwhile', async () => {
    const { live, hub } = hubWith();
    hub.connect(live);
    const share = hub.share();
    let fail: (error: Error) => void = () => undefined;
    live.request = () => new Promise<never>((_, reject) => (fail = reject));
    const asked = share.request('snapshot', {});
    live.tell('ended', { summary: 'over' });
    fail(new Error('the connection has ended'));
    expect(await asked).toBe('record');
  });

  test('passes on what the engine of a run that goes on refuses', async () => {
    const { live, hub } = hubWith();
    hub.connect(live);
    live.request = () => Promise.reject(new Error('not held'));
    await expect(hub.share().request('advance', { how: 'over' })).rejects.toThrow('not held');
  });

  test('is open as long as anybody looks', async () => {
    const { record, hub } = hubWith();
    const [first, second] = [hub.share(), hub.share()];
    await first.request('snapshot', {});
    first.dispose();
    await Promise.resolve();
    expect(record.disposed).toBe(false);
    second.dispose();
    await Promise.resolve();
    expect(record.disposed).toBe(true);
  });

  test('tells everyone what the engine says, until they leave', () => {
    const { live, hub } = hubWith();
    const heard: string[] = [];
    const [first, second] = [hub.share(), hub.share()];
    first.on('findings', () => heard.push('first'));
    second.on('findings', () => heard.push('second'));
    hub.connect(live);
    live.tell('findings', { findings: [] });
    first.dispose();
    live.tell('findings', { findings: [] });
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  test('says when the engine is lost, and answers from the record then', async () => {
    const { live, hub } = hubWith();
    hub.connect(live);
    const share = hub.share();
    let closed = 0;
    share.onClosed(() => closed++);
    live.tell('closed');
    live.tell('closed');
    expect(closed).toBe(1);
    expect(await share.request('snapshot', {})).toBe('record');
  });
});
