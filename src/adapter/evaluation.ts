/** Expressions: in the user's frame while the training is held, and names of measures at any time. */
import type { WireNumber } from '../protocol/values.js';
import type { Context } from './context.js';
import { AdapterError } from './errors.js';
import type { Held } from './held.js';
import { shownNumber } from './items.js';
import type { Args, Body } from './requests.js';
import type { Stack } from './stack.js';
import type { Variables } from './variables.js';

type EvaluateContext = 'repl' | 'watch' | 'hover' | 'clipboard';

/** Seconds after which an expression is given up. */
const TIMEOUT: Record<EvaluateContext, number> = { repl: 10, clipboard: 10, watch: 2, hover: 2 };

interface Place {
  rank: number;
  frame: number;
}

export class Evaluation {
  constructor(
    private readonly context: Context,
    private readonly held: Held,
    private readonly stack: Stack,
    private readonly variables: Variables,
  ) {}

  /** The user's own variable is meant rather than a measure of the same name. */
  async evaluate({ expression, frameId, context }: Args<'evaluate'>): Promise<Body<'evaluate'>> {
    if (this.held.stop === null) return this.whileRunning(expression.trim());
    const place = await this.place(frameId);
    try {
      return await this.inFrame(expression, place, contextOf(context));
    } catch (error) {
      const measured = await this.measure(expression.trim(), place.rank);
      if (measured !== undefined) return measured;
      throw error;
    }
  }

  /** Assigns in the frame, and answers what the expression is then. */
  async set({ expression, value, frameId }: Args<'setExpression'>): Promise<Body<'setExpression'>> {
    const place = await this.place(frameId);
    await this.refuseMeasure(expression.trim(), place);
    await this.inFrame(`${expression} = ${value}`, place, 'repl');
    const { result, ...shown } = await this.inFrame(expression, place, 'watch');
    this.context.invalidated(['variables']);
    return { ...shown, value: result };
  }

  async complete({ text: typed, column, line, frameId }: Args<'completions'>): Promise<Body<'completions'>> {
    const { firstLine, firstColumn, id } = this.context.features;
    const current = typed.split('\n')[(line ?? firstLine) - firstLine] ?? typed;
    const at = column - firstColumn;
    if (this.held.stop === null) return { targets: await this.completeMeasure(current.slice(0, at)) };
    const { rank, frame } = await this.place(frameId);
    const { start, completions } = await this.context.inspect(rank, 'completions', {
      text: current,
      column: at,
      frame,
    });
    // VS Code counts `start` from 0 whatever was agreed, and needs only the length.
    const begin = id === 'vscode' ? {} : { start: start + firstColumn };
    const targets = completions.map(({ label, kind }) => ({
      label,
      type: kind,
      length: at - start,
      ...begin,
    }));
    return { targets };
  }

  private async whileRunning(name: string): Promise<Body<'evaluate'>> {
    const measured = await this.measure(name, 0);
    if (measured !== undefined) return measured;
    throw AdapterError.unknownName(name, Object.keys(await this.measures(0)));
  }

  private async inFrame(
    expression: string,
    { rank, frame }: Place,
    context: EvaluateContext,
  ): Promise<Body<'evaluate'>> {
    const timeout = TIMEOUT[context];
    const answer = await this.context.inspect(rank, 'evaluate', { expression, frame, context, timeout });
    if (answer.output !== undefined && answer.output !== '')
      this.context.print({ category: 'stdout', output: answer.output });
    if (context === 'repl') this.context.invalidated(['variables']);
    return { result: answer.value, ...this.variables.result(rank, answer) };
  }

  /** Where there is no frame, that of the step that is held. */
  private async place(frameId: number | undefined): Promise<Place> {
    const frame = frameId === undefined ? undefined : this.held.frame(frameId);
    const rank = frame?.rank ?? this.held.require().rank;
    if (frame?.kind === 'code') return { rank, frame: frame.id };
    return { rank, frame: (await this.stack.innermost(rank))?.id ?? 0 };
  }

  /** A name that only a measure has is not assigned to: a new variable would come of it. */
  private async refuseMeasure(name: string, place: Place): Promise<void> {
    if ((await this.measure(name, place.rank)) === undefined) return;
    await this.inFrame(name, place, 'watch').catch(() => {
      throw AdapterError.readOnly(name);
    });
  }

  private async measure(name: string, rank: number): Promise<Body<'evaluate'> | undefined> {
    const measures = await this.measures(rank);
    if (!Object.hasOwn(measures, name)) return undefined;
    return { result: shownNumber(measures[name] ?? 'NaN'), type: 'float', variablesReference: 0 };
  }

  private async measures(rank: number): Promise<Record<string, WireNumber>> {
    return (await this.context.running().request('measures', { rank })).values;
  }

  private async completeMeasure(typed: string): Promise<Body<'completions'>['targets']> {
    const word = /[\w.]*$/.exec(typed)?.[0] ?? '';
    const names = Object.keys(await this.measures(0)).filter((name) => name.startsWith(word));
    return names.map((label) => ({ label, type: 'value', length: word.length }));
  }
}

function contextOf(context: string | undefined): EvaluateContext {
  return context === 'repl' || context === 'hover' || context === 'clipboard' ? context : 'watch';
}
