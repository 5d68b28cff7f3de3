/** Raw points as CSV (RFC 4180): step, epoch, time, then a column a series; a row for each moment with a point. */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { earliest, PointCursor } from './pointCursor.js';
import type { RecordedData } from './recordedData.js';

/** Rows written at once; between, other work of this process gets its turn. */
const BATCH = 2048;

/** Writes beside the file and renames, so that a failure leaves no half a file. Throws for a series not recorded. */
export async function exportCsv(
  data: RecordedData,
  request: { rank: number; series: string[]; file: string },
): Promise<{ rows: number }> {
  const lines = csvLines(data, request.rank, request.series);
  const temporary = `${request.file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    const rows = await writeLines(handle, lines);
    await handle.close();
    await rename(temporary, request.file);
    return { rows };
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeLines(handle: FileHandle, lines: Generator<string>): Promise<number> {
  let rows = -1;
  let batch: string[] = [];
  for (const line of lines) {
    rows++;
    if (batch.push(line) < BATCH) continue;
    await handle.write(batch.join(''));
    batch = [];
  }
  await handle.write(batch.join(''));
  return rows;
}

/** The header, then rows in order of time; what is recorded meanwhile is left out. */
export function* csvLines(data: RecordedData, rank: number, names: readonly string[]): Generator<string> {
  const cursors = names.map((name) => new PointCursor(recorded(data, rank, name)));
  const epochs = data.epochs(rank);
  yield line(['step', 'epoch', 'time', ...names.map(escaped)]);
  for (let moment = earliest(cursors); moment; moment = earliest(cursors)) {
    const { step, time } = moment;
    const values = cursors.map((cursor) => cursor.take(step, time));
    yield line([step, epochs.epochOf(step) ?? '', time, ...values.map((value) => value ?? '')]);
  }
}

function recorded(
  data: RecordedData,
  rank: number,
  name: string,
): ConstructorParameters<typeof PointCursor>[0] {
  const series = data.series(rank, name);
  if (series) return series;
  throw new Error(`The run has no series "${name}" of rank ${rank}.`);
}

function line(cells: (string | number)[]): string {
  return `${cells.join(',')}\r\n`;
}

function escaped(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
