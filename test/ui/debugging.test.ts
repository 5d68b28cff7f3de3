/** Stop a training where it goes wrong, look inside, go back, change it, and go on: as a person does it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DebugViews } from './lib/debugViews.js';
import { screenshotFailures } from './lib/failures.js';
import { Session } from './lib/session.js';
import { until } from './lib/until.js';

const configurations = [
  {
    type: 'training',
    request: 'launch',
    name: 'Digits (stopped)',
    program: '${workspaceFolder}/digits_nan.py',
    args: ['--epochs', '2000'],
    stopOnEntry: true,
  },
  { type: 'training', request: 'attach', name: 'Attach' },
];

describe('a training that is debugged', () => {
  let session: Session;
  let debug: DebugViews;
  screenshotFailures(() => session);
  beforeAll(async () => {
    const files = { '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }) };
    session = await Session.start({ workspace: 'examples/pytorch', files });
    await session.workbench.page.setViewportSize({ width: 1600, height: 1300 });
    debug = new DebugViews(session.workbench);
  });
  afterAll(() => session.end());

  /** The step at which the panel says that the training is held: "step 1,240, epoch 31". */
  const heldStep = async () => {
    const digits = /step (\d[\d,]*\d|\d)/.exec(await session.workbench.panel.stop.innerText())?.[1];
    return Number(digits?.replaceAll(',', ''));
  };

  /** The panel says so once every part knows that the training is held at this step. */
  const heldAt = (step: number) => until(`a stop at step ${step}`, async () => (await heldStep()) === step);

  test('is stopped at its first step', async () => {
    const { workbench } = session;
    await workbench.openFile('digits_nan.py');
    await workbench.runCommand('Training: Start Training');
    await workbench.pick('Digits (stopped)');
    await heldAt(0);
    await debug.show();
    await debug.row('call-stack', 'train').waitFor();
    await workbench.statusBarItem(/Paused/).waitFor();
  });

  const loss = () => session.workbench.panel.tile('Loss');

  test('is stopped where a filter of the Breakpoints view says, before the update', async () => {
    const { workbench } = session;
    await debug.tick('Loss is not finite');
    await debug.button('Continue').click();
    await heldAt(1);
    expect(await workbench.panel.stop.innerText()).toMatch(/infin|NaN|not finite/i);
    await workbench.page.locator('.exception-widget').waitFor();
    await debug.row('call-stack', 'log in the loss').waitFor();
    await workbench.screenshot('debug-exception');
    for (const theme of ['light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`debug-stopped-${theme}`);
    }
  });

  test('shows the model, the batch and the optimizer in Variables', async () => {
    const { workbench } = session;
    await debug.collapse('Watch');
    await debug.close('variables', /^Step/);
    await debug.expand('variables', /^Model/);
    await debug.expand('variables', /^layers/);
    await debug.expand('variables', /^0\b/);
    await debug.expand('variables', /^weight/);
    await debug.find('variables', /\[256, 64\]|256.*64/);
    for (const theme of ['light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`debug-variables-${theme}`);
    }
  });

  test('evaluates in the Debug Console, in Watch and on hover', async () => {
    const { workbench } = session;
    expect(await debug.evaluate('len(labels) + 1000')).toMatch(/1032$/);
    await debug.watch('labels.shape[0] * 3');
    await debug.row('watch', /96/).waitFor();
    await debug.hover('loader', 'in loader:');
    await debug.hoverWidget.waitFor();
    expect(await debug.hoverWidget.innerText()).toMatch(/DataLoader/);
    await workbench.screenshot('debug-hover');
    await workbench.page.keyboard.press('Escape');
  });

  test('steps back, forward and back again', async () => {
    await debug.button('Step Back').click();
    await heldAt(0);
    await debug.button('Step Over').click();
    await heldAt(1);
    await debug.button('Step Back').click();
    await heldAt(0);
  });

  test('goes on to a finite loss with another learning rate', async () => {
    const { workbench } = session;
    for (const view of ['Watch', 'Breakpoints']) await debug.collapse(view);
    for (const scope of [/^Step/, /^Model/]) await debug.close('variables', scope);
    await debug.expand('variables', /^Optimizer/);
    await debug.expand('variables', /^optimizer/);
    await debug.expand('variables', /^param_groups/);
    await debug.setValue(/^lr\s*=/, '0.05');
    await debug.row('variables', /^lr\s*=.*0\.05/).waitFor();
    await workbench.screenshot('debug-learning-rate');
    await debug.button('Continue').click();
    await until('many more steps', async () => (await workbench.panel.tile('Step')) > 40);
    expect(await loss()).toBeLessThan(1);
    await until('the change in the list', async () =>
      /lr 5(\.0)? → 0\.05/.test((await workbench.panel.changes.allInnerTexts()).join()),
    );
    for (const theme of ['light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`debug-changed-${theme}`);
    }
  });

  test('is stopped by an expression, and skips the update', async () => {
    const { workbench } = session;
    await debug.addFunctionBreakpoint('step % 20 == 0');
    await workbench.panel.stop.waitFor();
    const step = await heldStep();
    expect(step % 20).toBe(0);
    await debug.button('Skip This Update').click();
    await heldAt(step + 1);
    await until('the skip in the list', async () =>
      /update was skipped/.test((await workbench.panel.changes.allInnerTexts()).join()),
    );
  });

  test('is found held after the window was reloaded, and goes on', async () => {
    const { workbench } = session;
    await workbench.reload();
    await workbench.statusBarItem(/Paused/).waitFor();
    await workbench.runCommand('Training: Show Panel');
    await workbench.panel.stop.waitFor();
    await workbench.screenshot('debug-reloaded');
    await workbench.runCommand('Debug: Select and Start Debugging');
    await workbench.pick('Attach');
    await debug.row('call-stack', 'train').waitFor();
    await workbench.screenshot('debug-attached');
    const step = await workbench.panel.tile('Step');
    await debug.button('Step Over').click();
    await until('the next step', async () => (await workbench.panel.tile('Step')) === step + 1);
    expect(workbench.pageErrors).toEqual([]);
  });
});
