import { describe, expect, it } from 'vitest';
import { checkToPanel } from '../../webview/checkMessage.js';
import { DEFAULT_VIEW, Store, type Part, type StateMessage } from '../../webview/store.js';
import { classifierRun } from './support/syntheticRun.js';

function snapshotMessage(): Extract<StateMessage, { type: 'snapshot' }> {
  const { snapshot } = classifierRun(200);
  const view = { ...DEFAULT_VIEW, smoothing: 0.3 };
  return {
    type: 'snapshot',
    snapshot: structuredClone(snapshot),
    view,
    locale: 'en',
    translations: {},
    controllable: true,
  };
}

function started(): Store {
  const store = new Store();
  store.apply(snapshotMessage());
  return store;
}

describe('the store of the page', () => {
  it('takes the view and the console of the first snapshot, and only of the first', () => {
    const store = started();
    const lines = store.console.lines.length;
    store.setView({ smoothing: 0.9 });
    store.apply(snapshotMessage());
    expect(store.view.smoothing).toBe(0.9);
    expect(store.console.lines).toHaveLength(lines);
    expect(lines).toBe(12);
  });

  it('appends series that are new and replaces those that grew', () => {
    const store = started();
    const loss = store.series('loss')!;
    const before = store.snapshot!.series.length;
    store.apply({
      type: 'progress',
      summary: { ...store.snapshot!.summary, steps: 201 },
      series: [
        { ...loss, points: 201, last: 'NaN' },
        { ...loss, name: 'loss/1', points: 1 },
      ],
    });
    expect(store.series('loss')).toMatchObject({ points: 201, last: 'NaN' });
    expect(store.snapshot!.series).toHaveLength(before + 1);
    expect(store.snapshot!.summary.steps).toBe(201);
  });

  it('updates a finding in place', () => {
    const store = started();
    const finding = store.snapshot!.findings[0]!;
    store.apply({
      type: 'findings',
      findings: [
        { ...finding, step: 77 },
        { ...finding, id: 'new' },
      ],
    });
    expect(store.snapshot!.findings.map(({ id, step }) => [id, step])).toEqual([
      ['f1', 77],
      ['f2', 0],
      ['new', 60],
    ]);
  });

  it('shows the whole run again when the axis changes, since the old range means nothing there', () => {
    const store = started();
    store.setRange({ from: 10, to: 20 });
    store.setView({ x: 'time' });
    expect(store.range).toBeNull();
  });

  it('tells each listener once, and only of the parts it asked for', () => {
    const store = started();
    const heard: string[] = [];
    const listen = (name: string, parts: Part[]) => store.on(parts, () => heard.push(name));
    listen('charts', ['series', 'view', 'range']);
    listen('console', ['console']);
    store.apply({ type: 'console', chunks: [{ stream: 'stdout', text: 'x\n', dropped: 0 }] });
    store.apply({ type: 'progress', summary: store.snapshot!.summary, series: [store.series('loss')!] });
    expect(heard).toEqual(['console', 'charts']);
  });

  it('survives what comes before the snapshot', () => {
    const store = new Store();
    const { summary, findings } = snapshotMessage().snapshot;
    store.apply({ type: 'progress', summary, series: [] });
    store.apply({ type: 'findings', findings });
    expect(store.snapshot).toBeNull();
  });
});

describe('what the page believes', () => {
  it('takes messages of the protocol', () => {
    expect(checkToPanel(snapshotMessage())?.type).toBe('snapshot');
    expect(checkToPanel({ type: 'failed', id: 3, message: 'no' })).toEqual({
      type: 'failed',
      id: 3,
      message: 'no',
    });
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'snapshot'],
    ['an unknown type', { type: 'toString' }],
    ['a missing field', { type: 'progress', summary: {} }],
    ['a field of another kind', { type: 'findings', findings: { length: 1 } }],
    ['null where an object belongs', { type: 'ended', summary: null }],
  ])('refuses %s', (_name, message) => {
    expect(checkToPanel(message)).toBeNull();
  });
});
