/**
 * One page over one run: answers its requests and passes on what the engine says. Knows neither VS Code nor a browser,
 * so the panel in the editor and `npm run panel` are served by the same lines. It polls nothing, and sends nothing while
 * the page is hidden: a page that is shown again says `ready` and gets a fresh snapshot.
 */
import { textOfError } from '../../protocol/errors.js';
import { assertNever, formatText, text } from '../../protocol/values.js';
import type {
  ControlAction,
  FromPanel,
  PanelReply,
  PanelRequest,
  PanelView,
  ToPanel,
} from '../../protocol/panel.js';
import type { RunClient, RunNotification, RunNotifications } from '../../protocol/runApi.js';
import { decodeFromPanel, PanelMessageError, requestId } from './decodeFromPanel.js';
import { toPanelFrames, toPanelParameterFrame } from './frames.js';

/** What only the program around the page can do. Each may reject with a message for people. */
export interface PanelActions {
  rerun(): Promise<void>;
  openSource(file: string, line: number): Promise<void>;
  openRule(rule: string): Promise<void>;
  openConsole(): Promise<void>;
  /** Asks where to save; undefined when the person would rather not. */
  chooseCsvFile(): Promise<string | undefined>;
  savePng(name: string, data: Uint8Array): Promise<void>;
  viewChanged(view: PanelView): void;
  /** For the log: errors of the page, and messages that could not be read. */
  log(message: string): void;
}

export interface PanelSettings {
  locale: string;
  translations: Record<string, string>;
  controllable: boolean;
}

export class PanelSession {
  private readonly subscriptions: { dispose(): void }[] = [];
  private readonly unanswered = new Set<number>();
  /** The page has its snapshot, so that changes mean something to it. */
  private attached = false;
  private snapshots = 0;

  constructor(
    private readonly client: RunClient,
    private readonly post: (message: ToPanel) => void,
    private readonly actions: PanelActions,
    /** Asked for with every snapshot: trust may have been granted meanwhile. */
    private readonly settings: () => PanelSettings,
    private view: PanelView,
  ) {
    this.forward('progress', ({ summary, series }) => ({ type: 'progress', summary, series }));
    this.forward('findings', ({ findings }) => ({ type: 'findings', findings }));
    this.forward('console', (chunks) => ({ type: 'console', chunks }));
    this.forward('stopped', (stop) => ({ type: 'stopped', stop }));
    this.forward('continued', () => ({ type: 'continued' }));
    this.forward('ended', ({ summary }) => ({ type: 'ended', summary }));
    const refresh = () => this.refresh();
    this.subscriptions.push(
      client.on('described', refresh),
      client.on('ended', refresh),
      client.onClosed(refresh),
    );
  }

  /** Anything the page posts. Never throws; a request is always answered. */
  receive(data: unknown): void {
    let message: FromPanel;
    try {
      message = decodeFromPanel(data);
    } catch (error) {
      const id = requestId(data);
      this.actions.log(`Message of the panel refused: ${messageOf(error)}`);
      if (id !== null && error instanceof PanelMessageError)
        this.post({ type: 'failed', id, message: error.message });
      return;
    }
    this.handle(message);
  }

  /** Describes the run anew to a page that is shown. */
  refresh(): void {
    if (this.attached) void this.sendSnapshot();
  }

  /** The page is gone until it says `ready` again. */
  hidden(): void {
    this.attached = false;
    this.unanswered.clear();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const id of this.unanswered) this.post({ type: 'failed', id, message: 'The panel was closed.' });
    this.hidden();
  }

  private handle(message: FromPanel): void {
    switch (message.type) {
      case 'ready':
        return void this.sendSnapshot();
      case 'view':
        this.view = message.view;
        this.actions.viewChanged(message.view);
        return;
      case 'error':
        this.actions.log(`Error in the panel: ${message.message}`);
        return;
      case 'request':
        return void this.reply(message.id, message.request);
      default:
        return assertNever(message);
    }
  }

  /** What the engine says before its snapshot arrives is in that snapshot already. */
  private async sendSnapshot(): Promise<void> {
    const turn = ++this.snapshots;
    try {
      const snapshot = await this.client.request('snapshot', {});
      if (turn !== this.snapshots) return;
      this.attached = true;
      this.post({ type: 'snapshot', snapshot, view: this.view, ...this.settings() });
    } catch (error) {
      this.actions.log(`No snapshot of the run: ${messageOf(error)}`);
      this.post({ type: 'unavailable', message: this.explain(error) });
    }
  }

  private async reply(id: number, request: PanelRequest): Promise<void> {
    this.unanswered.add(id);
    try {
      const reply = await this.answer(request);
      if (this.unanswered.delete(id)) this.post({ type: 'reply', id, reply });
    } catch (error) {
      if (this.unanswered.delete(id)) this.post({ type: 'failed', id, message: this.explain(error) });
    }
  }

  /** For the person, in their language where the error says why in a text. */
  private explain(error: unknown): string {
    const why = textOfError(error);
    return why === undefined ? messageOf(error) : formatText(why, this.settings().translations[why.template]);
  }

  private async answer(request: PanelRequest): Promise<PanelReply> {
    switch (request.kind) {
      case 'frames': {
        const { kind: _kind, ...params } = request;
        return { kind: 'frames', frames: toPanelFrames(await this.client.request('frames', params)) };
      }
      case 'parameterFrame': {
        const { kind: _kind, ...params } = request;
        return {
          kind: 'parameterFrame',
          frame: toPanelParameterFrame(await this.client.request('parameterFrame', params)),
        };
      }
      default:
        await this.act(request);
        return { kind: 'done' };
    }
  }

  private async act(request: Exclude<PanelRequest, { kind: 'frames' | 'parameterFrame' }>): Promise<void> {
    switch (request.kind) {
      case 'control':
        return this.control(request.action);
      case 'openSource':
        return this.actions.openSource(request.file, request.line);
      case 'openRule':
        return this.actions.openRule(request.rule);
      case 'openConsole':
        return this.actions.openConsole();
      case 'exportCsv': {
        const file = await this.actions.chooseCsvFile();
        if (file !== undefined)
          await this.client.request('exportCsv', { rank: request.rank, series: request.series, file });
        return;
      }
      case 'exportPng':
        return this.actions.savePng(request.name, request.data);
      default:
        return assertNever(request);
    }
  }

  private async control(action: ControlAction): Promise<void> {
    const { controllable, translations } = this.settings();
    if (!controllable) {
      const refusal = text('This run cannot be controlled from here.');
      throw new Error(formatText(refusal, translations[refusal.template]));
    }
    if (action === 'rerun') return this.actions.rerun();
    if (action === 'over' || action === 'back' || action === 'skip') {
      await this.client.request('advance', { how: action });
      return;
    }
    await this.client.request(action, {});
  }

  private forward<N extends RunNotification>(
    name: N,
    toMessage: (params: RunNotifications[N]) => ToPanel,
  ): void {
    this.subscriptions.push(this.client.on(name, (params) => this.attached && this.post(toMessage(params))));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
