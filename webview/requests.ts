/** Questions of the page and their answers: each promise settles when the host replies or fails. */
import type { FromPanel, PanelReply, PanelRequest, ToPanel } from '../src/protocol/panel.js';

interface Pending {
  resolve: (reply: PanelReply) => void;
  reject: (error: Error) => void;
}

export type ReplyTo<R extends PanelRequest> = R extends { kind: 'frames' }
  ? Extract<PanelReply, { kind: 'frames' }>
  : R extends { kind: 'parameterFrame' }
    ? Extract<PanelReply, { kind: 'parameterFrame' }>
    : Extract<PanelReply, { kind: 'done' }>;

/**
 * Milliseconds until a question is posted again, then twice as long. A message to a page that is being hidden or shown
 * is lost at times; on a busy machine an answer is only late, and is taken whenever it comes.
 */
const PATIENCE = 10_000;

/** Those that only read may be answered twice; a person may take any time over the others. */
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
      if (isReading(request)) this.askAgain(id, request, PATIENCE);
    });
    return reply as ReplyTo<R>;
  }

  settle(message: Extract<ToPanel, { type: 'reply' | 'failed' }>): void {
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.type === 'reply') waiting?.resolve(message.reply);
    else waiting?.reject(new Error(message.message));
  }

  private askAgain(id: number, request: PanelRequest, patience: number): void {
    setTimeout(() => {
      if (!this.pending.has(id)) return;
      this.post({ type: 'request', id, request });
      this.askAgain(id, request, patience * 2);
    }, patience);
  }

  /** The host is gone: nobody will answer what is pending. */
  rejectAll(reason: string): void {
    const abandoned = [...this.pending.values()];
    this.pending.clear();
    for (const { reject } of abandoned) reject(new Error(reason));
  }
}
