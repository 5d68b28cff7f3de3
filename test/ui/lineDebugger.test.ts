/** `"debugger": true`: the debugger of the language runs beside the training's own, and stops at lines. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { DebugViews } from './lib/debugViews.js';
import { screenshotFailures } from './lib/failures.js';
import { repository, Session } from './lib/session.js';
import { until } from './lib/until.js';

const configurations = [
  {
    type: 'training',
    request: 'launch',
    name: 'Iris (lines)',
    program: '${workspaceFolder}/iris_healthy.js',
    debugger: true,
  },
];

describe('a training in Node with the debugger of its language', () => {
  let session: Session;
  let debug: DebugViews;
  screenshotFailures(() => session);
  beforeAll(async () => {
    const files = { '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }) };
    session = await Session.start({ workspace: 'examples/tfjs', files, builtins: ['ms-vscode.js-debug'] });
    symlinkSync(join(repository, 'node_modules'), join(session.workspace, 'node_modules'));
    debug = new DebugViews(session.workbench);
  });
  afterAll(() => session.end());

  test('stops at a line, goes on, and trains', async () => {
    const { workbench } = session;
    await workbench.openFile('iris_healthy.js');
    const line = await debug.toggleBreakpoint('let total = 0');
    await workbench.runCommand('Training: Start Training');
    await workbench.pick('Iris (lines)');
    await debug.show();
    await until('a stop at the line', async () =>
      (await debug.words('call-stack')).some((words) => words.includes(`${line}:`)),
    );
    await workbench.screenshot('debug-lines');
    await debug.button('Continue').click();
    await until('steps on the panel', async () => (await workbench.panel.tile('Step')) > 3);
  });
});
