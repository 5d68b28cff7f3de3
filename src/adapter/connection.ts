/** The Debug Adapter Protocol as messages: requests in, responses and events out, errors always answered. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { AdapterError } from './errors.js';
import type { Handlers } from './requests.js';

export type Send = (message: DebugProtocol.ProtocolMessage) => void;

export class Connection {
  private sequence = 1;
  /** How to give up the requests that are being answered, by their number. */
  private readonly pending = new Map<number, () => void>();

  /** @param explain makes an error readable in the user's language. */
  constructor(
    private readonly send: Send,
    private readonly handlers: Handlers,
    private readonly explain: (error: unknown, command: string) => DebugProtocol.Message,
  ) {}

  event(event: string, body?: unknown): void {
    this.send({ seq: this.sequence++, type: 'event', event, body } as DebugProtocol.Event);
  }

  /** Takes one message of the client. Never throws; a request is always answered, once. */
  async receive(message: unknown): Promise<void> {
    if (!isRequest(message)) return;
    const given = new Promise<never>((_, reject) => {
      this.pending.set(message.seq, () => reject(new Cancelled()));
    });
    try {
      const body = await Promise.race([this.call(message), given]);
      this.respond(message, { success: true, body });
    } catch (error) {
      this.respond(message, this.failure(error, message.command));
    } finally {
      this.pending.delete(message.seq);
    }
  }

  /** Answers a request at once, without what it asked for. */
  cancel(request: number): void {
    this.pending.get(request)?.();
  }

  /** A handler that throws is answered like one that rejects. */
  private async call({ command, arguments: args }: DebugProtocol.Request): Promise<unknown> {
    const handler = (this.handlers as Record<string, ((args: unknown) => unknown) | undefined>)[command];
    if (!Object.hasOwn(this.handlers, command) || handler === undefined)
      throw AdapterError.unsupported(command);
    return handler(args ?? {});
  }

  private failure(
    error: unknown,
    command: string,
  ): Pick<DebugProtocol.Response, 'success' | 'message' | 'body'> {
    if (error instanceof Cancelled) return { success: false, message: 'cancelled' };
    const explained = this.explain(error, command);
    return { success: false, message: explained.format, body: { error: explained } };
  }

  private respond(
    request: DebugProtocol.Request,
    result: Pick<DebugProtocol.Response, 'success' | 'message' | 'body'>,
  ) {
    const { seq, command } = request;
    const response = { seq: this.sequence++, type: 'response', request_seq: seq, command, ...result };
    this.send(response);
  }
}

class Cancelled extends Error {}

function isRequest(message: unknown): message is DebugProtocol.Request {
  if (typeof message !== 'object' || message === null) return false;
  const { type, command, seq } = message as Record<string, unknown>;
  return type === 'request' && typeof command === 'string' && typeof seq === 'number';
}
