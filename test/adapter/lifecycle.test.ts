import { afterEach, describe, expect, test, vi } from 'vitest';
import type { RunSummary } from '../../src/protocol/runApi.js';
import { Dialogue, nanFinding, nanStop, running, settled, stop } from './scripted.js';

afterEach(() => vi.useRealTimers());

function summary(more: Partial<RunSummary> = {}): RunSummary {
  return { ...running().summary, ...more };
}

function end(client: Dialogue): void {
  client.run.say('ended', { summary: summary({ status: 'completed', exitCode: 0 }) });
}

describe('a session', () => {
  test('begins when it is launched and configured, in this order', async () => {
    const client = new Dialogue();
    await client.request('initialize', { adapterID: 'training' });
    const begun = client.request('launch', {});
    await settled();
    expect(client.order()).toEqual(['<initialize>', 'initialized']);
    expect(client.launched).toEqual([]);
    await client.request('configurationDone');
    await begun;
    expect(client.launched).toHaveLength(1);
    await expect(client.request('threads')).resolves.toEqual({ threads: [{ id: 1, name: 'Training' }] });
  });

  test('ends with threads, exit code and a last word', async () => {
    const client = new Dialogue();
    await client.begin();
    end(client);
    expect(client.order().slice(-4)).toEqual(['output', 'thread', 'exited', 'terminated']);
    expect(client.run.disposed).toBe(true);
    client.run.say('stopped', stop());
    expect(client.order().at(-1)).toBe('terminated');
  });

  test('tells each finding once in the console, and never where it pops up', async () => {
    const client = new Dialogue();
    await client.begin();
    const symptom = { ...nanFinding(), id: 'x', cause: 'exploding-gradient' };
    client.run.say('findings', { findings: [nanFinding(), symptom] });
    client.run.say('findings', { findings: [nanFinding()] });
    const words = 'Step 120: The loss is NaN.\n';
    expect(client.printed('console')).toEqual([words, words]);
    expect(client.printed('important')).toEqual([]);
  });

  test('that is left takes its breakpoints along and lets a held training go on', async () => {
    const client = new Dialogue();
    await client.begin();
    await client.hold(stop());
    await client.request('disconnect', {});
    expect(client.run.of('setBreakpoints')).toEqual([{ owner: 'dap:', exceptions: [], functions: [] }]);
    expect(client.run.of('advance')).toEqual([{ how: 'continue' }]);
    expect(client.run.of('stop')).toEqual([]);
    expect(client.run.disposed).toBe(true);
  });

  test('that is left can leave the training held', async () => {
    const client = new Dialogue();
    await client.begin();
    await client.hold(stop());
    await client.request('disconnect', { suspendDebuggee: true });
    expect(client.run.of('advance')).toEqual([]);
  });

  test('ends the training where that is asked for', async () => {
    const client = new Dialogue();
    await client.begin();
    await client.request('terminate');
    await client.request('disconnect', { terminateDebuggee: true });
    expect(client.run.of('stop')).toHaveLength(2);
    expect(client.run.of('setBreakpoints')).toEqual([]);
  });

  test('that is cut off leaves the training as it is', async () => {
    const client = new Dialogue();
    await client.begin();
    await client.hold(nanStop());
    client.session.dispose();
    expect(client.run.of('advance')).toEqual([]);
    expect(client.run.of('stop')).toEqual([]);
    expect(client.run.disposed).toBe(true);
  });

  test('restarts with the same configuration, or with what the client made of it', async () => {
    const client = new Dialogue();
    await client.begin();
    await client.hold(stop());
    const restarted = client.request('restart', {});
    await settled();
    end(client);
    await restarted;
    const again = client.request('restart', { arguments: { program: 'other.py' } });
    await settled();
    end(client);
    await again;
    expect(client.launched.map(({ program }) => program)).toEqual([
      '/project/train.py',
      '/project/train.py',
      'other.py',
    ]);
    expect(client.events('terminated')).toEqual([]);
    expect(client.run.of('stop')).toHaveLength(2);
    expect(client.events('thread').map(({ reason }) => reason)).toEqual([
      ...['started', 'exited', 'started', 'exited', 'started'],
    ]);
  });

  test('that was attached is not restarted', async () => {
    const client = new Dialogue();
    await client.begin('attach');
    expect(client.events('capabilities')).toEqual([{ capabilities: { supportsRestartRequest: false } }]);
    await expect(client.request('restart', {})).rejects.toThrow('attached to is not restarted');
  });

  test('saves a checkpoint where it is told, else with the run', async () => {
    const client = new Dialogue();
    await client.begin();
    const { directory, steps } = client.run.snapshot.summary;
    expect(await client.request('saveCheckpoint')).toEqual({
      file: `${directory}/checkpoints/step-${steps}.pt`,
      step: 12,
    });
    expect(await client.request('saveCheckpoint', { file: '/tmp/a.pt' })).toMatchObject({
      file: '/tmp/a.pt',
    });
  });
});

describe('progress', () => {
  async function told(features: object): Promise<Dialogue> {
    vi.useFakeTimers({ toFake: ['Date'] });
    const client = new Dialogue();
    await client.begin('launch', features);
    for (let steps = 100; steps < 120; steps++) {
      client.run.say('progress', { summary: summary({ steps }), series: [] });
      vi.setSystemTime(Date.now() + 100);
    }
    return client;
  }

  test('is told at most twice a second, with steps and epochs, and ends when training is held', async () => {
    const client = await told({ supportsProgressReporting: true });
    expect(client.events('progressStart')).toMatchObject([{ title: 'Training digits', percentage: 100 }]);
    expect(client.events('progressUpdate').map(({ message }) => message)).toEqual([
      '105/400 steps, epoch 2/2',
      '110/400 steps, epoch 2/2',
      '115/400 steps, epoch 2/2',
    ]);
    await client.hold(stop());
    client.run.say('progress', { summary: summary({ steps: 130 }), series: [] });
    expect(
      client
        .order()
        .filter((name) => name.startsWith('progress'))
        .at(-1),
    ).toBe('progressEnd');
    await client.request('continue', { threadId: 1 });
    client.run.say('progress', { summary: summary({ steps: 131 }), series: [] });
    end(client);
    expect(client.events('progressEnd')).toHaveLength(2);
  });

  test('is not told to a client that shows none', async () => {
    const client = await told({});
    expect(client.order().filter((name) => name.startsWith('progress'))).toEqual([]);
  });
});
