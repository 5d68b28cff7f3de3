import { describe, expect, it, vi } from 'vitest';
import type { PanelRequest, ToPanel } from '../../src/protocol/panel.js';
import { decodePanelJson, encodePanelJson } from '../../src/protocol/panelJson.js';
import { text } from '../../src/protocol/values.js';
import { decodeFromPanel } from '../../src/ui/panel/decodeFromPanel.js';
import { PanelSession } from '../../src/ui/panel/panelSession.js';
import { journalActions, newJournal } from './support/journal.js';
import { classifierRun } from './support/syntheticRun.js';

const VIEW = { x: 'step', logScale: false, smoothing: 0.6, rank: 0 } as const;

function session(controllable = true, translations: Record<string, string> = {}) {
  const run = classifierRun(300, { from: 100, to: 110 });
  const sent: ToPanel[] = [];
  const journal = newJournal();
  const settings = () => ({ locale: 'en', translations, controllable });
  const made = new PanelSession(
    run,
    (message) => sent.push(message),
    journalActions(journal),
    settings,
    VIEW,
  );
  const types = () => sent.map((message) => message.type);
  return { made, run, sent, types, journal };
}

async function answered(request: unknown, controllable = true) {
  const { made, sent, run, journal } = session(controllable);
  made.receive({ type: 'request', id: 7, request });
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  return { message: sent[0]!, run, journal };
}

describe('a panel session', () => {
  it('sends nothing before the page is ready, then a snapshot, then what changes', async () => {
    const { made, run, types } = session();
    run.grow('loss', [1]);
    expect(types()).toEqual([]);
    made.receive({ type: 'ready' });
    await vi.waitFor(() => expect(types()).toEqual(['snapshot']));
    run.grow('loss', [1]);
    run.notify('console', [{ stream: 'stdout', text: 'hello\n', dropped: 0 }]);
    expect(types()).toEqual(['snapshot', 'progress', 'console']);
  });

  it('sends nothing to a hidden page, and everything again when it comes back', async () => {
    const { made, run, types, sent } = session();
    made.receive({ type: 'ready' });
    await vi.waitFor(() => expect(types()).toEqual(['snapshot']));
    made.hidden();
    run.grow('loss', [1, 2, 3]);
    run.notify('described', {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(types()).toEqual(['snapshot']);
    made.receive({ type: 'ready' });
    await vi.waitFor(() => expect(types()).toEqual(['snapshot', 'snapshot']));
    const last = sent[1] as Extract<ToPanel, { type: 'snapshot' }>;
    expect(last.snapshot.series.find((info) => info.name === 'loss')!.points).toBe(303);
  });

  it('describes the run anew when it was described, has ended, or its engine is gone', async () => {
    const { made, run, types } = session();
    made.receive({ type: 'ready' });
    await vi.waitFor(() => expect(types()).toEqual(['snapshot']));
    run.notify('described', {});
    await vi.waitFor(() => expect(types()).toEqual(['snapshot', 'snapshot']));
    run.notify('ended', { summary: run.snapshot.summary });
    await vi.waitFor(() => expect(types()).toEqual(['snapshot', 'snapshot', 'ended', 'snapshot']));
    run.close();
    await vi.waitFor(() => expect(types()).toHaveLength(5));
  });

  it('turns frames into typed arrays, gaps included', async () => {
    const { message } = await answered({ kind: 'frames', rank: 0, series: ['loss'], x: 'step', width: 30 });
    if (message.type !== 'reply' || message.reply.kind !== 'frames') throw new Error(message.type);
    const [frame] = message.reply.frames;
    expect(frame!.x).toBeInstanceOf(Float64Array);
    expect(frame!.x).toHaveLength(30);
    expect(frame!.stride).toBe(10);
    expect(frame!.nonFinite[10]).toBe(10);
    expect(frame!.mean[10]).toBeNaN();
    expect(frame!.min[0]).toBeLessThan(frame!.max[0]!);
  });

  it('answers a request that the engine refuses with its reason', async () => {
    const { made, run, sent } = session();
    run.failures.set('frames', 'The record of this series is damaged.');
    made.receive({
      type: 'request',
      id: 1,
      request: { kind: 'frames', rank: 0, series: ['loss'], x: 'step', width: 9 },
    });
    await vi.waitFor(() =>
      expect(sent).toEqual([{ type: 'failed', id: 1, message: 'The record of this series is damaged.' }]),
    );
  });

  it('says the reason of a refusal in the language of the page', async () => {
    const { made, run, sent } = session(true, {
      'The connection to the run has ended.': '与该运行的连接已结束。',
    });
    const problem = text('The connection to the run has ended.');
    run.request = () => Promise.reject(Object.assign(new Error(problem.template), { problem }));
    made.receive({ type: 'request', id: 1, request: { kind: 'control', action: 'stop' } });
    await vi.waitFor(() =>
      expect(sent).toEqual([{ type: 'failed', id: 1, message: '与该运行的连接已结束。' }]),
    );
  });

  it('answers a request that makes no sense, and names the field', async () => {
    const { message, journal } = await answered({
      kind: 'frames',
      rank: 0,
      series: ['loss'],
      x: 'step',
      width: -5,
    });
    expect(message).toEqual({ type: 'failed', id: 7, message: 'width: not a whole number from 0 on' });
    expect(journal.log[0]).toContain('width');
  });

  it('says so when there is no snapshot to be had', async () => {
    const { made, run, sent } = session();
    run.failures.set('snapshot', 'The run cannot be read.');
    made.receive({ type: 'ready' });
    await vi.waitFor(() =>
      expect(sent).toEqual([{ type: 'unavailable', message: 'The run cannot be read.' }]),
    );
  });

  it('passes on what the person asks of the run', async () => {
    const { message, run } = await answered({ kind: 'control', action: 'pause' });
    expect(message).toMatchObject({ type: 'reply', reply: { kind: 'done' } });
    expect(run.requests.map((request) => request.method)).toEqual(['pause']);
    expect((await answered({ kind: 'control', action: 'rerun' })).journal.reruns).toBe(1);
    for (const how of ['over', 'back', 'skip'] as const) {
      const { requests } = (await answered({ kind: 'control', action: how })).run;
      expect(requests).toEqual([{ method: 'advance', params: { how } }]);
    }
  });

  it('controls nothing in Restricted Mode', async () => {
    const { message, run } = await answered({ kind: 'control', action: 'stop' }, false);
    expect(message).toMatchObject({ type: 'failed', id: 7 });
    expect(run.requests).toEqual([]);
  });

  it('saves no CSV when the person would rather not', async () => {
    const { message, run } = await answered({ kind: 'exportCsv', rank: 0, series: ['loss'] });
    expect(message).toMatchObject({ type: 'reply' });
    expect(run.requests).toEqual([]);
  });

  it('settles what is pending when it is closed', () => {
    const { made, sent } = session();
    made.receive({ type: 'request', id: 4, request: { kind: 'openConsole' } satisfies PanelRequest });
    made.dispose();
    expect(sent).toEqual([{ type: 'failed', id: 4, message: 'The panel was closed.' }]);
  });

  it('keeps the view that the page chose for the next page', async () => {
    const { made, sent } = session();
    const view = { x: 'time', logScale: true, smoothing: 0.9, rank: 0 };
    made.receive({ type: 'view', view });
    made.receive({ type: 'ready' });
    await vi.waitFor(() => expect(sent[0]).toMatchObject({ type: 'snapshot', view }));
  });
});

describe('what the host believes of the page', () => {
  const request = (body: unknown) => () => decodeFromPanel({ type: 'request', id: 1, request: body });

  it.each([
    [null, 'message: not an object'],
    [{ type: 'launch' }, 'type: not a message of the panel'],
    [
      { type: 'view', view: { x: 'step', logScale: true, smoothing: 1, rank: 0 } },
      'smoothing: not from 0 to 0.99',
    ],
    [
      { type: 'view', view: { x: 'week', logScale: true, smoothing: 0, rank: 0 } },
      'x: none of step, epoch, time',
    ],
  ])('refuses %j', (message, reason) => {
    expect(() => decodeFromPanel(message)).toThrow(reason);
  });

  it.each([
    [{ kind: 'evaluate', code: '1' }, 'kind: not a request of the panel'],
    [{ kind: 'control', action: 'delete' }, 'action: none of pause, resume, over, back, skip, stop, rerun'],
    [{ kind: 'openRule', rule: '../../etc/passwd' }, 'rule: not the id of a rule'],
    [{ kind: 'openSource', file: '', line: 1 }, 'file: not a text'],
    [{ kind: 'openSource', file: '/a.py', line: Number.NaN }, 'line: not a number'],
    [{ kind: 'exportCsv', rank: 0, series: [1] }, 'series: a name is not a text'],
    [{ kind: 'exportPng', name: 'x', data: [137, 80] }, 'data: not a picture'],
  ])('refuses the request %j', (body, reason) => {
    expect(request(body)).toThrow(reason);
  });

  it('lets no name of a picture leave the folder', () => {
    expect(request({ kind: 'exportPng', name: '../../x', data: new Uint8Array(1) })()).toMatchObject({
      request: { name: '-x' },
    });
  });
});

describe('messages as text, for the plain browser', () => {
  it('brings typed arrays back as they were, NaN included', () => {
    const message = {
      x: Float64Array.of(0.1, 1e300),
      mean: Float32Array.of(1.5, Number.NaN),
      nonFinite: Uint32Array.of(0, 4_000_000_000),
      data: new Uint8Array(100_000).fill(9),
      words: 'ä"\n',
    };
    expect(decodePanelJson(encodePanelJson(message))).toEqual(message);
  });

  it('reads the part of a buffer that an array stands for', () => {
    const part = new Float32Array(Float32Array.of(1, 2, 3).buffer, 4, 2);
    expect(decodePanelJson(encodePanelJson(part))).toEqual(Float32Array.of(2, 3));
  });
});
