/** Questions of the page and their answers: each promise settles when the host replies or fails, or says nothing. */
import type { FromPanel, PanelReply, PanelRequest, ToPanel } from '../src/protocol/panel.js';
import { t } from './l10n.js';

interface Pending {
  resolve: (reply: PanelReply) => void;
  reject: (error: Error) => void;
}

export type ReplyTo<R extends PanelRequest> = R extends { kind: 'frames' }
  ? Extract<PanelReply, { kind: 'frames' }>
  : R extends { kind: 'parameterFrame' }
    ? Extract<PanelReply, { kind: 'parameterFrame' }>
    : Extract<PanelReply, { kind: 'done' }>;

/** Milliseconds. A message to a page that is being hidden or shown is lost at times, and then nobody answers. */
const PATIENCE = 10_000;

/** Those that only read are asked again by whoever wants them; a person may take any time over the others. */
function isReading({ kind }: PanelRequest): boolean {
  return kind === 'frames' || kind === 'parameterFrame';
}

export class Requests {
  private readonly pending = new Map<number, Pending>();
  private next = 1;

  constructor(private readonly post: (message: FromPanel) => void) {}

  /** Rejects with a message that a person can read. */
  async ask<R extends PanelRequest>(request: R): Promise<ReplyTo<R>> {
    const id = this.next++;
    const reply = await new Promise<PanelReply>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.post({ type: 'request', id, request });
      if (isReading(request)) setTimeout(() => this.giveUp(id), PATIENCE);
    });
    return reply as ReplyTo<R>;
  }

  settle(message: Extract<ToPanel, { type: 'reply' | 'failed' }>): void {
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.type === 'reply') waiting?.resolve(message.reply);
    else waiting?.reject(new Error(message.message));
  }

  private giveUp(id: number): void {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    waiting?.reject(new Error(t('The run has not answered for {0} seconds.', PATIENCE / 1000)));
  }

  /** The host is gone: nobody will answer what is pending. */
  rejectAll(reason: string): void {
    const abandoned = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of abandoned) reject(new Error(reason));
  }
}
