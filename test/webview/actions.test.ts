/** What a person does with a run in the panel, in a real Chromium. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Stop } from '../../src/protocol/runApi.js';
import { text } from '../../src/protocol/values.js';
import { chart, drawn, eventually, panelBrowser } from './support/pageChecks.js';
import { classifierRun } from './support/syntheticRun.js';

const open = panelBrowser();

describe('findings, controls and what is saved', () => {
  it('lists findings with their line, explains them, and opens the line from list and chart', async () => {
    const { page, journal } = await open(classifierRun(1000));
    await drawn(page, 'Loss');
    await page.getByText('The gradient norm rose 48-fold').click();
    await page.getByText('Lower the learning rate or clip the gradient.').waitFor();
    await page.getByRole('button', { name: 'train.py:44' }).first().click();
    await page.getByRole('button', { name: 'About this rule' }).first().click();
    await chart(page, 'Gradient norm')
      .getByRole('button', { name: /^Step 300: The gradient norm rose/ })
      .click();
    await eventually(() =>
      expect(journal.openedSources).toEqual([
        '/home/user/digits/train.py:44',
        '/home/user/digits/train.py:44',
      ]),
    );
    expect(journal.openedRules).toEqual(['gradient-exploding']);
  });

  it('keeps an opened finding open when others arrive', async () => {
    const run = classifierRun(1000);
    const { page } = await open(run);
    await page.getByText('The gradient norm rose 48-fold').click();
    run.notify('findings', {
      findings: [{ ...run.snapshot.findings[1]!, id: 'f3', severity: 'error', step: 5 }],
    });
    await eventually(async () => expect(await page.locator('.findings > li').count()).toBe(3));
    expect(await page.getByText('Lower the learning rate or clip the gradient.').isVisible()).toBe(true);
  });

  it('shows a symptom within its cause, not as a finding of its own', async () => {
    const run = classifierRun(500);
    const [cause, other] = run.snapshot.findings;
    const message = text('The loss became {0} at step {1}.', 'NaN', 200);
    run.snapshot.findings.push({ ...other!, id: 'f3', cause: cause!.rule, severity: 'error', message });
    const { page } = await open(run);
    await eventually(async () => expect(await page.locator('.findings > li').count()).toBe(2));
    await page.locator('.findings summary').first().click();
    await page.getByText('Symptom: The loss became NaN at step 200.').waitFor();
  });

  it('pauses, resumes and stops, with the buttons that fit the state', async () => {
    const run = classifierRun(200);
    const { page } = await open(run);
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    await page.getByRole('button', { name: 'Pause' }).click();
    await eventually(() => expect(run.requests.map((request) => request.method)).toContain('pause'));
    run.snapshot.summary.status = 'paused';
    run.notify('progress', { summary: { ...run.snapshot.summary }, series: [] });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await button('Pause').count()).toBe(0);
    await button('Resume').click();
    await button('Stop').click();
    await eventually(() => expect(run.requests.map((request) => request.method)).toContain('stop'));
    expect(run.requests.map((request) => request.method)).toContain('resume');
    expect(await button('Run Again').count()).toBe(0);
  });

  it('says why it is held and where, and goes on by the step', async () => {
    const run = classifierRun(200);
    const { page, journal } = await open(run);
    const place = { kind: 'step', step: 119, epoch: 1, batch: 19, scalars: {}, back: 4, ahead: 0 } as const;
    const source = { file: '/home/user/digits/train.py', line: 44 };
    const stop: Stop = {
      id: 0,
      reason: 'finding',
      description: text('The loss is {0}', 'NaN'),
      rank: 0,
      ranks: [{ rank: 0, place: { ...place, source } }],
      finding: null,
      expression: null,
    };
    run.snapshot.summary.status = 'paused';
    run.notify('progress', { summary: { ...run.snapshot.summary }, series: [] });
    run.notify('stopped', stop);
    const card = page.getByRole('status', { name: 'Paused' });
    await card.getByText('The loss is NaN').waitFor();
    await card.getByText('step 119, epoch 1, batch 19 · the update is not applied yet').waitFor();
    await card.getByRole('button', { name: 'train.py:44' }).click();
    for (const name of ['Step Over', 'Step Back', 'Skip This Update', 'Continue'])
      await card.getByRole('button', { name, exact: true }).click();
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
    await eventually(() =>
      expect(run.requests.flatMap(({ method, params }) => (method === 'advance' ? [params] : []))).toEqual([
        { how: 'over' },
        { how: 'back' },
        { how: 'skip' },
      ]),
    );
    expect(run.requests.map(({ method }) => method)).toContain('resume');
    expect(journal.openedSources).toEqual(['/home/user/digits/train.py:44']);
    const backLimit = text('No memory is left for going back.');
    run.notify('stopped', {
      ...stop,
      ranks: [{ rank: 0, place: { ...place, back: 0, backLimit, ahead: 3 } }],
    });
    await card.getByText('to be stepped through again: 3. Continue goes on with the next batch').waitFor();
    const back = card.getByTitle('No memory is left for going back.');
    expect(await back.getAttribute('disabled')).not.toBeNull();
    run.notify('continued', {});
    await card.waitFor({ state: 'hidden' });
  });

  it('lists what was changed by hand, and marks it on every chart', async () => {
    const run = classifierRun(1000);
    const name = "optimizer.param_groups[0]['lr']";
    run.snapshot.changes = [
      { step: 120, time: 1, kind: 'value', name, before: '0.1', after: '0.01' },
      { step: 300, time: 2, kind: 'skip', name: '' },
    ];
    const { page } = await open(run);
    await drawn(page, 'Loss');
    const list = page.locator('.changes > li');
    await eventually(async () =>
      expect(await list.allInnerTexts()).toEqual([
        expect.stringMatching(/^lr 0\.1 → 0\.01\s+step 120$/),
        expect.stringMatching(/^The update was skipped\s+step 300$/),
      ]),
    );
    for (const title of ['Loss', 'Gradient norm'])
      await chart(page, title).getByRole('button', { name: 'lr 0.1 → 0.01 at step 120' }).waitFor();
    await chart(page, 'Loss').getByRole('button', { name: 'lr 0.1 → 0.01 at step 120' }).click();
    await eventually(async () =>
      expect(await page.locator('.changes').evaluate((element) => element === document.activeElement)).toBe(
        true,
      ),
    );
    await chart(page, 'Loss').getByRole('button', { name: 'Show as table' }).click();
    await chart(page, 'Loss').getByRole('columnheader', { name: 'Changed by hand' }).waitFor();
  });

  it('shows that a run failed, why, and where', async () => {
    const run = classifierRun(200);
    const { summary } = run.snapshot;
    summary.status = 'failed';
    summary.problem = { template: 'ValueError: {0} images', args: [0] };
    summary.problemSource = { file: '/home/user/digits/data.py', line: 9 };
    summary.endedAt = summary.startedAt + 75;
    const { page, journal } = await open(run);
    expect(await page.getByRole('alert').first().innerText()).toContain('ValueError: 0 images');
    await page.getByRole('button', { name: 'data.py:9' }).click();
    await page.getByText('took 1 min 15 s').waitFor();
    await page.getByRole('button', { name: 'Run Again' }).click();
    await eventually(() => expect(journal.reruns).toBe(1));
    expect(journal.openedSources).toEqual(['/home/user/digits/data.py:9']);
  });

  it('says why a request failed instead of leaving the charts empty in silence', async () => {
    const run = classifierRun(200);
    run.failures.set('frames', 'The disk is full.');
    const { page } = await open(run);
    await page.getByText('The disk is full.').waitFor();
    run.failures.clear();
    await drawn(page, 'Loss');
    await page.getByText('The disk is full.').waitFor({ state: 'hidden' });
  });

  it('saves a chart as a picture and as CSV', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'td-panel-'));
    const { page, journal } = await open(classifierRun(200));
    journal.csvFile = path.join(folder, 'loss.csv');
    await drawn(page, 'Loss');
    await chart(page, 'Loss').getByRole('button', { name: 'Save as PNG' }).click();
    await eventually(() => expect(journal.pictures.map((picture) => picture.name)).toEqual(['loss']));
    expect([...journal.pictures[0]!.data.slice(1, 4)]).toEqual([...Buffer.from('PNG')]);
    await chart(page, 'Loss').getByRole('button', { name: 'Save as CSV' }).click();
    await eventually(async () => expect(await readFile(journal.csvFile!, 'utf8')).toContain('step,loss'));
    await rm(folder, { recursive: true });
  });

  it('follows the console to its end, but not away from a person who reads', async () => {
    const run = classifierRun(200);
    const { page } = await open(run, { height: 3000 });
    const output = page.getByRole('log');
    const print = (text: string) => run.notify('console', [{ stream: 'stdout', text, dropped: 0 }]);
    print(Array.from({ length: 300 }, (_none, index) => `line ${index}\n`).join(''));
    await page.getByText('line 299').waitFor();
    const fromEnd = () =>
      output.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    await eventually(async () => expect(await fromEnd()).toBeLessThan(2));
    await output.evaluate((element) => (element.scrollTop = 0));
    print('more\n');
    await page.getByText('more', { exact: true }).waitFor({ state: 'attached' });
    expect(await output.evaluate((element) => element.scrollTop)).toBe(0);
  });

  it('reads the heatmap cell by cell with the arrow keys', async () => {
    const { page } = await open(classifierRun(600), { height: 2600 });
    const cells = page.getByRole('group', { name: /^Parameters by steps/ });
    await page.getByText('conv1.weight').waitFor();
    await cells.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.getByText(/^conv1\.bias at step 590: 0\.05/).waitFor();
  });
});
