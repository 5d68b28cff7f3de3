import { describe, expect, test } from 'vitest';
import { htmlReport, type HtmlReportInput } from '../../src/exchange/htmlReport.js';
import { stepScale, valueScale } from '../../src/exchange/html/scale.js';
import type { SeriesFrame } from '../../src/protocol/runApi.js';
import { text } from '../../src/protocol/values.js';
import { explosion, plateau, snapshotOf } from '../cli/support.js';

function frame(series: string, values: number[]): SeriesFrame {
  const base64 = (array: Float32Array | Float64Array | Uint32Array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
  const floats = base64(Float32Array.from(values, (value) => (Number.isFinite(value) ? value : NaN)));
  return {
    series,
    x: base64(Float64Array.from(values, (_, step) => step)),
    min: floats,
    max: floats,
    mean: floats,
    nonFinite: base64(Uint32Array.from(values, (value) => (Number.isFinite(value) ? 0 : 1))),
    stride: 1,
  };
}

function page(more: Partial<HtmlReportInput> = {}): string {
  return htmlReport({
    snapshot: snapshotOf([plateau()]),
    rank: 0,
    frames: [frame('loss', [2.3, 2, NaN, 1.5]), frame('validation/loss', [2.2])],
    titles: { 'not-learning': text('The model does not learn') },
    scripts: new Map([['/project/train.py', ['import torch', 'lr = 1e-9', 'loss = f(x) < 3', 'd', 'e']]]),
    reproduction: null,
    ...more,
  });
}

describe('the page', () => {
  test('needs nothing but itself', () => {
    const html = page();
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).not.toMatch(/<(script|link|img|iframe)\b|\bsrc=|url\(|https?:/);
    expect(html).toContain('prefers-color-scheme: dark');
  });

  test('shows a finding with its line, causes in order, fixes and evidence', () => {
    const html = page();
    const order = [
      'The model does not learn',
      'The loss has not fallen since step 20: 2.303.',
      'train.py:3',
      'loss = f(x) &lt; 3</mark>',
      'Likely causes, the likeliest first',
      'The learning rate is too low',
      'An update moves the weights by 1e-9 of their norm.',
      'The parameters are frozen',
      'Check the learning rate',
      '<th scope="row">trend</th><td>NaN</td>',
    ].map((words) => html.indexOf(words));
    expect(order.every((at) => at > 0)).toBe(true);
    expect([...order].sort((a, b) => a - b)).toEqual(order);
  });

  test('puts a symptom under its cause', () => {
    const html = page({ snapshot: snapshotOf(explosion()) });
    expect(html.match(/<article/g)).toHaveLength(1);
    expect(html).toMatch(/Follows from it.*The loss is NaN\./s);
  });

  test('lists what was changed by hand', () => {
    const changes = [
      {
        step: 4,
        time: 1,
        kind: 'value' as const,
        name: "param_groups[0]['lr']",
        before: '0.1',
        after: '<0.01>',
      },
      { step: 5, time: 2, kind: 'skip' as const, name: '' },
    ];
    const html = page({ snapshot: snapshotOf([], { changes }) });
    expect(html).toContain('<td>4</td><td>set</td>');
    expect(html).toContain('<td>0.1</td><td>&lt;0.01&gt;</td>');
    expect(html).toContain('<td>5</td><td>update left out</td>');
    expect(page()).not.toContain('Changed by hand');
  });

  test('says of each check whether it ran and why not', () => {
    const html = page();
    expect(html).toContain('2 of 3 checks ran, 1 could not.');
    const states = [...html.matchAll(/<td class="\w+">(\w+)<\/td><td>([^<]*)<\/td>/g)].map(
      ([, ...row]) => row,
    );
    expect(states).toEqual([
      ['skipped', 'Not measured: validation/loss.'],
      ['suppressed', 'Suppressed by a comment in train.py:3.'],
      ['ran', ''],
    ]);
  });

  test('has something to say where nothing was found, measured or checked', () => {
    const html = page({ snapshot: snapshotOf([], { checks: [] }), frames: [], scripts: new Map() });
    expect(html).toContain('Nothing was found.');
    expect(html).toContain('Nothing was measured.');
    expect(html).toContain('No checks were recorded.');
  });

  test('marks what was changed by hand on the charts', () => {
    const name = "optimizer.param_groups[0]['lr']";
    const change = { step: 2, time: 1, kind: 'value' as const, name, before: '0.1', after: '0.01' };
    const html = page({ snapshot: snapshotOf([], { changes: [change] }) });
    expect(html).toMatch(/class="mark change".*<title>lr 0\.1 → 0\.01, step 2<\/title>/);
  });

  test('escapes what comes from the run', () => {
    const evil = '<script>alert(1)</script>"\'&';
    const finding = { ...plateau(), message: text('{0}', evil), evidence: { [evil]: evil }, rule: evil };
    const snapshot = snapshotOf([finding]);
    snapshot.summary.name = evil;
    const html = page({ snapshot, frames: [frame(`metric/${evil}`, [1, 2])] });
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(1)');
  });

  test('tells how to start the training again, quoted for a shell', () => {
    const reproduction = {
      command: ['/usr/bin/python3', 'my train.py', "--name=it's"],
      cwd: '/project',
      interpreter: 'python 3.12',
      packages: { torch: '2.9.0', pip: '24' },
      hyperparameters: { lr: 0.1 },
      seeds: { torch: 7 },
      device: 'cpu',
      git: { commit: '0123456789abcdef', branch: 'main', changed: 2 },
      machine: 'linux',
      version: '0.1.0',
    };
    const html = page({ reproduction });
    expect(html).toContain(
      'cd /project\n/usr/bin/python3 &#39;my train.py&#39; &#39;--name=it&#39;\\&#39;&#39;s&#39;',
    );
    expect(html).toContain('<code>0123456789ab</code> on main, with 2 changed files');
    expect(html).toContain('torch 2.9.0');
    expect(html).not.toContain('pip');
  });
});

describe('charts', () => {
  test('break where a value is not finite, and mark it', () => {
    const [, loss = ''] = /(<figure class="wide">.*?<\/figure>)/s.exec(page()) ?? [];
    expect(loss.match(/<polyline/g)).toHaveLength(1);
    expect(loss.match(/class="nonfinite"/g)).toHaveLength(1);
    expect(loss).toContain('1 not finite');
    expect(loss.match(/<circle/g)).toHaveLength(2);
    expect(loss).not.toContain('NaN,');
  });

  test('mark findings at their step', () => {
    expect(page()).toContain('▼ not-learning, step 120');
  });

  test('hold what belongs together, and each metric of the script once', () => {
    const names = [
      'loss',
      'metric/train_f1',
      'metric/val_f1',
      'metric/bleu',
      'lr/0',
      'samples',
      'memory/tensors',
    ];
    const html = page({ frames: names.map((name) => frame(name, [1, 2, 3])) });
    const titles = [...html.matchAll(/<figcaption><h3>([^<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual(['Loss', 'Learning rate', 'f1', 'bleu']);
  });

  test('draw numbers of any size inside the frame', () => {
    for (const values of [[0, 0, 0], [-5, -5], [1e-30, 1e30], [NaN, NaN], [3], [Infinity, 1]]) {
      const html = page({ frames: [frame('loss', values)] });
      const drawn = [...html.matchAll(/(?:points|cx|cy|y1|x1)="([^"]*)"/g)].flatMap(([, list = '']) =>
        list.split(/[ ,]/).map(Number),
      );
      expect(
        drawn.every((at) => at >= -1 && at <= 1061),
        JSON.stringify(values),
      ).toBe(true);
    }
  });
});

describe('scales', () => {
  test('have round ticks that hold all values', () => {
    const { ticks, log } = valueScale(0.13, 2.31, 200, 0, 0.13);
    expect(log).toBe(false);
    expect(ticks.map((tick) => Number(tick.toFixed(6)))).toEqual([0, 1, 2, 3]);
  });

  test('are in powers of ten over more than two of them, where all is positive', () => {
    expect(valueScale(0.002, 30, 200, 0, 0.002).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    expect(valueScale(-1, 1000, 200, 0, 1).log).toBe(false);
  });

  test('of steps have whole numbers', () => {
    expect(stepScale(0, 47, 0, 100).ticks).toEqual([0, 10, 20, 30, 40]);
    expect(stepScale(0, 3, 0, 100).ticks).toEqual([0, 1, 2, 3]);
    expect(stepScale(5, 5, 0, 100).at(5)).toBe(0);
  });
});
