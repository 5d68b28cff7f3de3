/** What a person does on the first day: start a training, watch it, read what is wrong, reload, stop. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotFailures } from './lib/failures.js';
import { Session, viewport } from './lib/session.js';
import { until } from './lib/until.js';

const longTraining = {
  type: 'training',
  request: 'launch',
  name: 'Digits (long)',
  program: '${workspaceFolder}/digits_faulty.py',
  args: ['--epochs', '100000'],
};
const launchJson = JSON.stringify({ version: '0.2.0', configurations: [longTraining] });

describe('a training in the workbench', () => {
  let session: Session;
  screenshotFailures(() => session);
  beforeAll(async () => {
    const files = { '.vscode/launch.json': launchJson };
    session = await Session.start({ workspace: 'examples/pytorch', files });
  });
  afterAll(() => session.end());

  const runs = () => {
    const directory = join(session.workspace, '.training-debugger', 'runs');
    const names = existsSync(directory) ? readdirSync(directory).filter((name) => /^\d/.test(name)) : [];
    return names.map((name) => ({
      name,
      manifest: JSON.parse(readFileSync(join(directory, name, 'run.json'), 'utf8')) as { status: string },
    }));
  };
  const lineOf = (code: string) =>
    readFileSync(join(session.workspace, 'digits_faulty.py'), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(code)) + 1;

  test('starts from the palette and shows its panel', async () => {
    const { workbench } = session;
    await workbench.openFile('digits_faulty.py');
    await workbench.runCommand('Training: Start Training');
    await workbench.pick('Digits (long)');
    await until(
      'the panel to say Running',
      async () => (await workbench.panel.status.innerText()) === 'Running',
    );
    await until('the record to say so', () => runs()[0]?.manifest.status === 'running');
    expect(runs()).toHaveLength(1);
  });

  test('draws a loss curve that moves', async () => {
    const { panel } = session.workbench;
    await panel.chart('Loss').scrollIntoViewIfNeeded();
    await until('the loss to be drawn', async () => (await panel.pixels('Loss')).painted > 500);
    const [before, step] = [await panel.pixels('Loss'), await panel.tile('Step')];
    await until('the curve to change', async () => (await panel.pixels('Loss')).digest !== before.digest);
    await until('the step to grow', async () => (await panel.tile('Step')) > step);
  });

  test('names the learning rate that is too high in Problems, on the line of the optimizer', async () => {
    const { workbench } = session;
    await workbench.problems.show();
    const row = workbench.problems.row(/learning rate of 0\.5 is too high/);
    await row.waitFor();
    const line = lineOf('torch.optim.SGD(');
    expect(await row.innerText()).toMatch(new RegExp(`Ln ${line}\\b`));
    await row.click();
    await workbench.squiggles('error').first().waitFor();
    expect(await workbench.activeTab.getAttribute('data-resource-name')).toBe('digits_faulty.py');
    expect(await workbench.page.locator('.line-numbers.active-line-number').innerText()).toBe(String(line));
  });

  test('is listed as running', async () => {
    const { workbench } = session;
    await workbench.openSideBar('Training');
    await workbench.treeRow('Digits (long)').waitFor();
    expect(await workbench.treeRow('Digits (long)').innerText()).toMatch(/loss \S+ · \d+ findings?/);
  });

  test.each(['dark', 'light'] as const)('has its picture taken, %s', async (theme) => {
    const { workbench } = session;
    await workbench.setTheme(theme);
    await workbench.problems.show();
    await workbench.screenshot(`problems-${theme}`);
    await workbench.runCommand('View: Hide Panel');
    await workbench.screenshot(`runs-and-panel-${theme}`);
    const before = (await workbench.panel.pixels('Memory')).digest;
    await workbench.page.setViewportSize({ width: 1440, height: 3200 });
    // Without a GPU so large a window takes seconds to draw: looking more often would keep it from that.
    const upToDate = async () => {
      await workbench.page.waitForTimeout(2000);
      return (await workbench.panel.pixels('Memory')).digest !== before;
    };
    await until('the last chart to be up to date', upToDate, 150);
    await workbench.page.waitForTimeout(1000); // one more frame of each chart
    await workbench.screenshot(`panel-${theme}`);
    await workbench.page.setViewportSize(viewport);
  });

  test('goes on while the window reloads, and is found again', async () => {
    const { workbench } = session;
    const step = await workbench.panel.tile('Step');
    await workbench.reload();
    await workbench.statusBarItem(/step \d+/).waitFor();
    await workbench.openSideBar('Training');
    await workbench.treeRow('Digits (long)').waitFor();
    await workbench.runCommand('Training: Show Panel');
    await until(
      'the panel to say Running',
      async () => (await workbench.panel.status.innerText()) === 'Running',
    );
    await until('more steps than before', async () => (await workbench.panel.tile('Step')) > step);
    await until('the findings to be there', async () => (await workbench.panel.findings.count()) > 0);
    expect(runs()).toHaveLength(1);
    await workbench.screenshot('after-reload');
  });

  test('stops from the panel, keeping what was recorded', async () => {
    const { workbench } = session;
    await workbench.panel.button('Stop').click();
    await until(
      'the panel to say Stopped',
      async () => (await workbench.panel.status.innerText()) === 'Stopped',
    );
    await until('the record to say so', () => runs()[0]?.manifest.status === 'stopped');
    expect(await workbench.statusBarItem(/step \d+/).count()).toBe(0);
    await workbench.panel.chart('Loss').scrollIntoViewIfNeeded();
    await until('the charts to stay', async () => (await workbench.panel.pixels('Loss')).painted > 500);
    await workbench.screenshot('stopped');
    expect(workbench.pageErrors).toEqual([]);
  });
});
