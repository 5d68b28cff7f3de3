/** Output events of the debug console: what the script prints, what is found, how it ends. Pure. */
import { basename } from 'node:path';
import type { ConsoleChunk, Finding, RunSummary } from '../protocol/runApi.js';
import { formatText, text, type SourceLine, type Text } from '../protocol/values.js';
import type { Output, Translate } from './context.js';

export function consoleOutput(chunk: ConsoleChunk, translate: Translate): Output[] {
  const printed: Output = { category: chunk.stream, output: chunk.text };
  if (chunk.dropped === 0) return [printed];
  const left = translate(
    text('… {0} bytes left out here; the console log of the run has them all.', chunk.dropped),
  );
  return [{ category: 'console', output: `${left}\n` }, printed];
}

/** Never `important`: that pops up in some clients, while findings have places of their own there. */
export function findingOutput(finding: Finding, translate: Translate): Output {
  const where = translate(text('Step {0}: {1}', finding.step, translate(finding.message)));
  return { category: 'console', output: `${where}\n`, ...place(finding.source) };
}

/** The last line of a session: how the training ended. */
export function endOutput(summary: RunSummary, translate: Translate): Output {
  const failed = summary.problem !== null;
  const words = summary.problem ?? endText(summary);
  return {
    category: failed ? 'stderr' : 'console',
    output: `${translate(words)}\n`,
    ...place(summary.problemSource),
  };
}

function endText({ status, steps, loss }: RunSummary): Text {
  if (status === 'stopped') return text('Training stopped after {0} steps.', steps);
  if (status !== 'completed') return text('Training ended after {0} steps.', steps);
  return loss.best === null
    ? text('Training completed: {0} steps.', steps)
    : text('Training completed: {0} steps, best loss {1}.', steps, formatNumber(loss.best));
}

function formatNumber(value: number | string): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(5))) : value;
}

function place(source: SourceLine | null): Partial<Output> {
  return source === null
    ? {}
    : { source: { name: basename(source.file), path: source.file }, line: source.line };
}

/** For clients that translate nothing. */
export function english(value: Text): string {
  return formatText(value);
}
