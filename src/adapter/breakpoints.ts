/** Breakpoints of the client: judged at once, sent to the engine when there is one. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { checkBreakpoints } from '../breakpoints/check.js';
import { includes } from '../breakpoints/filters.js';
import type { BreakpointState, Breakpoints as Wanted, Stop } from '../protocol/runApi.js';
import { text } from '../protocol/values.js';
import type { Context } from './context.js';
import type { Args } from './requests.js';

interface Known {
  id: number;
  /** What a person called it, for messages. */
  label: string;
}

export class Breakpoints {
  private wanted: Wanted = { exceptions: [], functions: [] };
  private shown: { exceptions: Known[]; functions: Known[] } = { exceptions: [], functions: [] };
  private readonly ids = new Map<string, number>();
  private readonly said = new Set<string>();

  constructor(private readonly context: Context) {}

  /** What a launch takes along, so that it holds from the first step on. */
  get all(): Wanted & { owner: string } {
    return { owner: this.owner, ...this.verified() };
  }

  /** Set again after a reload of the client, they replace what it had set before. */
  private get owner(): string {
    return `dap:${this.context.features.id}`;
  }

  /** Filters come as options from clients that know conditions, each condition twice. */
  async setExceptions(args: Args<'setExceptionBreakpoints'>): Promise<DebugProtocol.Breakpoint[]> {
    const plain = args.filters.map((filter) => ({ filter }));
    const options = (args.filterOptions ?? []).map(({ filterId, condition }) => ({
      filter: filterId,
      ...conditioned(condition),
    }));
    this.wanted = { ...this.wanted, exceptions: [...plain, ...options] };
    this.shown.exceptions = this.wanted.exceptions.map(({ filter, condition }) =>
      this.known('exception', [filter, condition].filter((part) => part !== undefined).join(': ')),
    );
    return this.apply('exceptions');
  }

  async setFunctions({ breakpoints }: Args<'setFunctionBreakpoints'>): Promise<DebugProtocol.Breakpoint[]> {
    const functions = breakpoints.map(({ name, condition }) => ({
      expression: name,
      ...conditioned(condition),
    }));
    this.wanted = { ...this.wanted, functions };
    this.shown.functions = functions.map(({ expression }) => this.known('function', expression));
    return this.apply('functions');
  }

  /** Lines belong to the debugger of the language, which stops at them in a session of its own. */
  lines({ breakpoints }: Args<'setBreakpoints'>): DebugProtocol.Breakpoint[] {
    const message = this.context.translate(
      this.context.configuration['debugger'] === true
        ? text('The debugger of the language stops here.')
        : text('To stop at lines too, set "debugger": true in the launch configuration of VS Code.'),
    );
    return (breakpoints ?? []).map(({ line }) => ({ verified: false, message, line }));
  }

  /** Breakpoints that a stop is due to. */
  hit({ expression, finding }: Stop): number[] {
    const functions = this.shown.functions.filter(
      (_, i) => this.wanted.functions[i]?.expression === expression,
    );
    const exceptions = this.shown.exceptions.filter(
      (_, i) => finding !== null && includes(this.wanted.exceptions[i]?.filter ?? '', finding),
    );
    return [...functions, ...exceptions].map(({ id }) => id);
  }

  /** Tells the engine of a run what to hold for. */
  async send(): Promise<void> {
    await this.context.run?.request('setBreakpoints', this.all);
  }

  async remove(): Promise<void> {
    await this.context.run?.request('setBreakpoints', { owner: this.owner, exceptions: [], functions: [] });
  }

  private async apply(kind: 'exceptions' | 'functions'): Promise<DebugProtocol.Breakpoint[]> {
    const states = checkBreakpoints(this.wanted)[kind];
    this.report(states, this.shown[kind]);
    await this.send();
    return states.map((state, i) => this.breakpoint(state, this.shown[kind][i]));
  }

  /** Those with a mistake hold nothing until it is corrected. */
  private verified(): Wanted {
    const { exceptions, functions } = checkBreakpoints(this.wanted);
    return {
      exceptions: this.wanted.exceptions.filter((_, i) => exceptions[i]?.verified === true),
      functions: this.wanted.functions.filter((_, i) => functions[i]?.verified === true),
    };
  }

  private breakpoint(
    { verified, problem }: BreakpointState,
    known: Known | undefined,
  ): DebugProtocol.Breakpoint {
    return {
      verified,
      ...(known === undefined ? {} : { id: known.id }),
      ...(problem === null ? {} : { message: this.context.translate(problem) }),
    };
  }

  /** Clients grey out a breakpoint with a mistake, and hide what it is. */
  private report(states: readonly BreakpointState[], known: readonly Known[]): void {
    states.forEach(({ problem }, i) => {
      if (problem === null) return;
      const words = this.context.translate(
        text(
          'The breakpoint "{0}" is not in force: {1}',
          known[i]?.label ?? '',
          this.context.translate(problem),
        ),
      );
      if (this.said.has(words)) return;
      this.said.add(words);
      this.context.print({ category: 'stderr', output: `${words}\n` });
    });
  }

  private known(kind: string, label: string): Known {
    const key = `${kind}/${label}`;
    const id = this.ids.get(key) ?? this.ids.size + 1;
    this.ids.set(key, id);
    return { id, label };
  }
}

function conditioned(condition: string | undefined): { condition?: string } {
  return condition === undefined || condition.trim() === '' ? {} : { condition };
}
