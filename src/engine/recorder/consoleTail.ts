import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsoleChunk } from '../../protocol/runApi.js';
import { RUN_FILES } from './runDirectory.js';

const TAIL_BYTES = 64 * 1024;

/** The last lines that a script printed, whole ones; none where it has printed nothing. */
export function consoleTail(directory: string): ConsoleChunk[] {
  try {
    const { text, dropped } = lastLines(join(directory, RUN_FILES.console));
    return text === '' ? [] : [{ stream: 'stdout', text, dropped }];
  } catch {
    return [];
  }
}

function lastLines(file: string): { text: string; dropped: number } {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const start = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - start);
    const tail = bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
    const skipped = start === 0 ? 0 : tail.indexOf('\n') + 1;
    return { text: tail.subarray(skipped).toString('utf8'), dropped: start + skipped };
  } finally {
    closeSync(descriptor);
  }
}
