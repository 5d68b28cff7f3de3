import { inspect } from 'node:util';

/** The engine's own words, for those who look into a fault: they go to engine.log, or nowhere when in the foreground. */
let write: (line: string) => void = () => undefined;

export function logTo(writer: (line: string) => void): void {
  write = writer;
}

export function log(message: string, error?: unknown): void {
  const detail = error === undefined ? '' : `: ${inspect(error)}`;
  write(`${new Date().toISOString()} ${message}${detail}\n`);
}
