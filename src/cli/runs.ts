import { listRuns } from '../engine/recorder/index.js';
import type { RunSummary } from '../protocol/runApi.js';
import { formatNumber } from './findingWords.js';

/** Lists the runs of a folder, newest first. */
export function printRuns(runsDirectory: string, json: boolean): void {
  const runs = listRuns(runsDirectory).sort((a, b) => b.startedAt - a.startedAt);
  if (json) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
  else if (runs.length === 0) process.stderr.write(`No runs in ${runsDirectory}.\n`);
  else
    process.stdout.write(table([['RUN', 'STATUS', 'STEPS', 'LOSS', 'BEST', 'FINDINGS'], ...runs.map(row)]));
}

function row({ id, status, steps, loss, findings }: RunSummary): string[] {
  const value = (number: typeof loss.last): string => (number === null ? '-' : formatNumber(number));
  const found = Object.values(findings).reduce((sum, count) => sum + count, 0);
  return [id, status, String(steps), value(loss.last), value(loss.best), String(found)];
}

function table(rows: string[][]): string {
  const widths =
    rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
