/** The extension in Chinese: what package.json contributes, what the code says and what the page says. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { screenshotFailures } from './lib/failures.js';
import { Session } from './lib/session.js';
import { until } from './lib/until.js';

describe('the workbench in Chinese', () => {
  let session: Session;
  screenshotFailures(() => session);
  beforeAll(async () => {
    session = await Session.start({
      workspace: 'examples/pytorch',
      locale: 'zh-cn',
      files: { '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations: [] }) },
    });
  });
  afterAll(() => session.end());

  test('says in the empty view how to begin', async () => {
    const sideBar = await session.workbench.openSideBar('训练');
    const buttons = sideBar.locator('.welcome-view a.monaco-button');
    await expect.poll(() => buttons.allInnerTexts()).toEqual(['开始训练', '打开示例']);
  });

  test('starts a training by its Chinese command, and names findings in Chinese', async () => {
    const { workbench } = session;
    await workbench.openFile('digits_faulty.py');
    await workbench.runCommand('训练: 开始训练');
    await until(
      'the panel to say so',
      async () => (await workbench.panel.status.innerText()) === '正在运行',
      120,
    );
    const row = workbench.page.locator('.part.sidebar .monaco-list-row', { hasText: 'digits_faulty.py' });
    await row.first().waitFor();
    await workbench.statusBarItem(/第 \d+\/\d+ 步/).waitFor();
    await workbench.problems.show();
    await workbench.problems.row('学习率 0.5 过高').waitFor();
    await workbench.screenshot('chinese');
    await workbench.runCommand('训练: 停止');
    await until('the run to be listed as stopped', async () =>
      /已停止|最佳/.test(await row.first().innerText()),
    );
  });
});
