/** A workbench server and a browser for one test file, with a copy of a workspace; all of it goes at the end. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { browserArguments, ensureBrowser } from '../../../scripts/lib/browser.mjs';
import { ensureNode } from '../../../scripts/lib/node24.mjs';
import { stopRuns } from '../../../scripts/lib/stopRuns.mjs';
import { ensureWorkbench } from '../../../scripts/lib/workbench/install.mjs';
import { startWorkbench } from '../../../scripts/lib/workbench/serve.mjs';
import { Workbench } from './workbench.js';

export const repository = resolve(import.meta.dirname, '..', '..', '..');

/** Of the window, in pixels. */
export const viewport = { width: 1440, height: 1000 };

export interface SessionOptions {
  /** Folder below the repository that is copied and opened; an empty workspace where absent. */
  workspace?: string;
  /** Files written into the copy, by path below it. */
  files?: Record<string, string>;
  /** More settings of the workspace. */
  settings?: Record<string, unknown>;
  /** Variables of the server, and so of the extension host and everything it starts. */
  env?: Record<string, string>;
  locale?: 'zh-cn';
  /** More of the workbench's own extensions than the few that most tests need. */
  builtins?: string[];
  /** A package to install in place of running the extension from the repository. */
  vsix?: string;
}

/** The Python with the newest torch, as the test runner found it. */
export function trainingPython(): string {
  return process.env['TD_PYTHON'] ?? join(repository, '.venv', 'bin', 'python');
}

function makeWorkspace(base: string, options: SessionOptions): string {
  const folder = join(base, 'workspace');
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  if (options.workspace !== undefined) {
    const source = join(repository, options.workspace);
    cpSync(source, folder, { recursive: true, filter: (file) => !file.includes('.training-debugger') });
  }
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(join(folder, name), text);
  const settings = { 'trainingDebugger.pythonInterpreter': trainingPython(), ...options.settings };
  writeFileSync(join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  return folder;
}

export class Session {
  private constructor(
    /** The copy of the workspace that is open. */
    readonly workspace: string,
    readonly workbench: Workbench,
    private readonly base: string,
    private readonly browser: Browser,
    private readonly server: Awaited<ReturnType<typeof startWorkbench>>,
  ) {}

  static async start(options: SessionOptions = {}): Promise<Session> {
    const base = mkdtempSync(join(tmpdir(), 'td-ui-'));
    const workspace = makeWorkspace(base, options);
    const server = await startWorkbench({
      home: await ensureWorkbench(),
      node: await ensureNode(),
      data: join(base, 'server'),
      builtins: options.builtins ?? [],
      ...(options.vsix === undefined ? { extension: repository } : { vsix: options.vsix }),
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.locale === undefined ? {} : { locale: options.locale }),
    });
    const browser = await chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
    const page = await browser.newPage({
      viewport,
      locale: options.locale ?? 'en-US',
    });
    const workbench = new Workbench(page, server.url(workspace));
    await workbench.open();
    return new Session(workspace, workbench, base, browser, server);
  }

  /** Folder of the workbench's installed extensions. */
  get extensions(): string {
    return join(this.base, 'server', 'ext');
  }

  /** Ends browser, server and every training that was started, and deletes the copy of the workspace. */
  async end(): Promise<void> {
    await this.browser.close();
    await stopRuns(this.workspace);
    await this.server.stop();
    rmSync(this.base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
