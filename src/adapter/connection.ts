/** The Debug Adapter Protocol as messages: requests in, responses and events out, errors always answered. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { AdapterError } from './errors.js';

/** Requests that are handled: arguments and body of the response, by command. */
export interface Requests {
  initialize: { args: DebugProtocol.InitializeRequestArguments; body: DebugProtocol.Capabilities };
  launch: { args: Record<string, unknown>; body: undefined };
  attach: { args: Record<string, unknown>; body: undefined };
  configurationDone: { args: undefined; body: undefined };
  setBreakpoints: {
    args: DebugProtocol.SetBreakpointsArguments;
    body: DebugProtocol.SetBreakpointsResponse['body'];
  };
  setExceptionBreakpoints: { args: DebugProtocol.SetExceptionBreakpointsArguments; body: undefined };
  threads: { args: undefined; body: DebugProtocol.ThreadsResponse['body'] };
  pause: { args: DebugProtocol.PauseArguments; body: undefined };
  continue: { args: DebugProtocol.ContinueArguments; body: DebugProtocol.ContinueResponse['body'] };
  next: { args: DebugProtocol.NextArguments; body: undefined };
  stepIn: { args: DebugProtocol.StepInArguments; body: undefined };
  stepOut: { args: DebugProtocol.StepOutArguments; body: undefined };
  stackTrace: { args: DebugProtocol.StackTraceArguments; body: DebugProtocol.StackTraceResponse['body'] };
  scopes: { args: DebugProtocol.ScopesArguments; body: DebugProtocol.ScopesResponse['body'] };
  variables: { args: DebugProtocol.VariablesArguments; body: DebugProtocol.VariablesResponse['body'] };
  evaluate: { args: DebugProtocol.EvaluateArguments; body: DebugProtocol.EvaluateResponse['body'] };
  terminate: { args: DebugProtocol.TerminateArguments | undefined; body: undefined };
  disconnect: { args: DebugProtocol.DisconnectArguments | undefined; body: undefined };
}

export type Handlers = {
  [C in keyof Requests]: (args: Requests[C]['args']) => Requests[C]['body'] | Promise<Requests[C]['body']>;
};

export type Send = (message: DebugProtocol.ProtocolMessage) => void;

export class Connection {
  private sequence = 1;

  /** @param explain makes an error readable in the user's language. */
  constructor(
    private readonly send: Send,
    private readonly handlers: Handlers,
    private readonly explain: (error: unknown) => DebugProtocol.Message,
  ) {}

  event(event: string, body?: unknown): void {
    this.send({ seq: this.sequence++, type: 'event', event, body } as DebugProtocol.Event);
  }

  /** Takes one message of the client. Never throws; a request is always answered. */
  async receive(message: unknown): Promise<void> {
    if (!isRequest(message)) return;
    try {
      this.respond(message, { success: true, body: await this.call(message) });
    } catch (error) {
      const explained = this.explain(error);
      this.respond(message, { success: false, message: explained.format, body: { error: explained } });
    }
  }

  private call({ command, arguments: args }: DebugProtocol.Request): unknown {
    const handler = (this.handlers as Record<string, ((args: unknown) => unknown) | undefined>)[command];
    if (!Object.hasOwn(this.handlers, command) || handler === undefined)
      throw AdapterError.unsupported(command);
    return handler(args);
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

function isRequest(message: unknown): message is DebugProtocol.Request {
  if (typeof message !== 'object' || message === null) return false;
  const { type, command, seq } = message as Record<string, unknown>;
  return type === 'request' && typeof command === 'string' && typeof seq === 'number';
}
