/** A workbench server and a browser for one test file, with a copy of a workspace; all of it goes at the end. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { browserArguments, ensureBrowser } from '../../../scripts/lib/browser.mjs';
import { guard } from '../../../scripts/lib/guard.mjs';
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

type Server = Awaited<ReturnType<typeof startWorkbench>>;

export class Session {
  private browser: Browser | undefined;
  private page: Workbench | undefined;
  /** Called off once everything has ended in order. */
  private readonly guarded: () => void;

  private constructor(
    /** The copy of the workspace that is open. */
    readonly workspace: string,
    private readonly base: string,
    private readonly server: Server,
  ) {
    this.guarded = guard(base, server.pid);
  }

  static async start(options: SessionOptions = {}): Promise<Session> {
    const base = mkdtempSync(join(tmpdir(), 'td-ui-'));
    const workspace = makeWorkspace(base, options);
    const session = new Session(workspace, base, await startServer(base, options));
    try {
      await session.open(options);
    } catch (error) {
      await session.end();
      throw error;
    }
    return session;
  }

  private async open({ locale }: SessionOptions): Promise<void> {
    this.browser = await chromium.launch({ executablePath: await ensureBrowser(), args: browserArguments });
    const page = await this.browser.newPage({ viewport, locale: locale ?? 'en-US' });
    this.page = new Workbench(page, this.server.url(this.workspace));
    await this.page.open();
  }

  get workbench(): Workbench {
    if (this.page === undefined) throw new Error('The workbench is not open.');
    return this.page;
  }

  /** Folder of the workbench's installed extensions. */
  get extensions(): string {
    return join(this.base, 'server', 'ext');
  }

  /**
   * Ends browser, server and every training that was started, and deletes the copy of the workspace. The trainings come
   * last, when nothing can start another; that one thing fails to end keeps none of the others.
   */
  async end(): Promise<void> {
    await Promise.allSettled([this.browser?.close(), this.server.stop()]);
    await stopRuns(this.workspace);
    rmSync(this.base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    this.guarded();
  }
}

async function startServer(base: string, options: SessionOptions): Promise<Server> {
  return startWorkbench({
    home: await ensureWorkbench(),
    node: await ensureNode(),
    data: join(base, 'server'),
    builtins: options.builtins ?? [],
    ...(options.vsix === undefined ? { extension: repository } : { vsix: options.vsix }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
  });
}
