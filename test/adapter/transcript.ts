/**
 * A DAP client over the standard streams of `training-debugger dap` that writes down what is asked and answered, without
 * what differs from run to run. The golden files are rewritten with TD_GOLDEN=write, where a change is meant.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';

const GOLDEN = join(import.meta.dirname, 'golden');
const EVENTS = ['stopped', 'continued', 'invalidated', 'output', 'exited', 'terminated'];
/** What a training prints, and what is found in it, arrives as it comes: tests look at it by itself. */
const isUnordered = ({ category, output }: DebugProtocol.OutputEvent['body']): boolean =>
  category === 'stdout' || category === 'stderr' || /^Step \d+: /.test(output);
/** Values of the machine, not of the training. */
const MEASURED = /time|memory/;

export class Transcript {
  readonly output: DebugProtocol.OutputEvent['body'][] = [];
  private readonly client: DebugClient;
  private readonly lines: string[] = [];
  /** Arguments of the latest request of each command. */
  private readonly asked = new Map<string, object>();
  private recording = false;

  constructor(
    cliScript: string,
    private readonly folder: string,
  ) {
    this.client = new DebugClient(process.execPath, `"${cliScript}" dap`, 'training', {
      cwd: folder,
      shell: true,
    });
    this.client.defaultTimeout = 60_000;
    this.listen();
  }

  async send<B = Record<string, unknown>>(command: string, args: object = {}): Promise<B> {
    this.asked.set(command, args);
    const response: DebugProtocol.Response = await this.client.customRequest(command, args);
    return response.body as B;
  }

  event(name: string): Promise<DebugProtocol.Event> {
    return this.client.waitForEvent(name);
  }

  /** Begins to write down when all is configured. */
  async begin(
    how: 'launch' | 'attach',
    configuration: object,
    { functions = [], filters = [] }: { functions?: string[]; filters?: string[] } = {},
  ): Promise<void> {
    await this.client.start();
    const initialized = this.event('initialized');
    await this.send('initialize', {
      adapterID: 'training',
      clientID: 'test',
      supportsInvalidatedEvent: true,
    });
    const begun = this.send(how, configuration);
    await initialized;
    await this.send('setFunctionBreakpoints', { breakpoints: functions.map((name) => ({ name })) });
    await this.send('setExceptionBreakpoints', { filters });
    const stopped = this.event('stopped');
    await this.send('configurationDone');
    await begun;
    await stopped;
    this.recording = true;
  }

  /** Sends what makes training go on, and waits for what comes of it. */
  async go(command: string, until = 'stopped'): Promise<void> {
    const event = this.event(until);
    await this.send(command, { threadId: 1 });
    await event;
  }

  async frames(): Promise<DebugProtocol.StackFrame[]> {
    const body = await this.send<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId: 1 });
    return body.stackFrames;
  }

  /** Children of a scope of the first frame, or below it. */
  async open(scope: string, ...path: string[]): Promise<DebugProtocol.Variable[]> {
    const [frame] = await this.quietly(() => this.frames());
    const { scopes } = await this.quietly(() =>
      this.send<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: frame?.id }),
    );
    let reference = scopes.find(({ name }) => name === scope)?.variablesReference ?? 0;
    for (const name of path) {
      const above = await this.quietly(() => this.variables(reference));
      reference = above.find((one) => one.name === name)?.variablesReference ?? 0;
    }
    return this.variables(reference);
  }

  async variables(variablesReference: number): Promise<DebugProtocol.Variable[]> {
    const args = { variablesReference };
    return (await this.send<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  async evaluate(expression: string, context = 'repl'): Promise<string> {
    const args = { expression, context };
    return (await this.send<DebugProtocol.EvaluateResponse['body']>('evaluate', args)).result;
  }

  expectGolden(name: string): void {
    const file = join(GOLDEN, `${name}.txt`);
    const written = `${this.lines.join('\n')}\n`;
    if (process.env['TD_GOLDEN'] === 'write') writeFileSync(file, written);
    expect(written).toBe(existsSync(file) ? readFileSync(file, 'utf8') : '');
  }

  /** The adapter goes; what becomes of the training is for the test to say before. */
  async stop(): Promise<void> {
    await this.client.stop().catch(() => undefined);
  }

  async quietly<T>(ask: () => Promise<T>): Promise<T> {
    this.recording = false;
    try {
      return await ask();
    } finally {
      this.recording = true;
    }
  }

  /** Messages in the order of the stream: the client itself tells of answers a moment after events. */
  private listen(): void {
    const dispatch = Reflect.get(this.client, 'dispatch') as (body: string) => void;
    Reflect.set(this.client, 'dispatch', (body: string) => {
      const message = JSON.parse(body) as DebugProtocol.Event | DebugProtocol.Response;
      if ('event' in message) this.hear(message);
      else this.answered(message);
      dispatch.call(this.client, body);
    });
  }

  private answered({ command, success, message, body }: DebugProtocol.Response): void {
    const answer = success ? `= ${this.shown(body)}` : `! ${message}`;
    this.note(`${command} ${this.shown(this.asked.get(command))}`, `  ${answer}`);
  }

  private hear({ event, body }: DebugProtocol.Event): void {
    if (!EVENTS.includes(event)) return;
    if (event === 'output') {
      const output = body as DebugProtocol.OutputEvent['body'];
      this.output.push(output);
      if (isUnordered(output)) return;
    }
    this.note(`* ${event} ${this.shown(body)}`);
  }

  private note(...lines: string[]): void {
    if (this.recording) this.lines.push(...lines);
  }

  private shown(value: unknown): string {
    return JSON.stringify(value ?? {}, (_key, item: unknown) => settled(item), 1)
      .replaceAll(this.folder, '.')
      .replaceAll(process.cwd(), '…')
      .replace(/\n\s*/g, ' ')
      .replace(/-?\d+\.\d+(e[+-]?\d+)?/g, (number) => String(Number(Number(number).toPrecision(3))));
  }
}

/** What is measured of the machine is only said to be there. */
function settled(item: unknown): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  const { name, value } = item as { name?: unknown; value?: unknown };
  if (typeof name !== 'string' || typeof value !== 'string' || !MEASURED.test(name)) return item;
  return { ...item, value: '…' };
}
