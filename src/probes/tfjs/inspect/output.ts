/** Characters that are kept at most. */
const MOST = 64 * 1024;

type Write = typeof process.stdout.write;

/** Runs something and returns what it printed, which goes nowhere else. */
export function capturing(act: () => void): string {
  let output = '';
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => Object.getOwnPropertyDescriptor(stream, 'write'));
  const write = (chunk: string | Uint8Array): boolean => {
    if (output.length < MOST) output += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  for (const stream of streams) stream.write = write as Write;
  try {
    act();
  } finally {
    streams.forEach((stream, index) => {
      const original = originals[index];
      if (original) Object.defineProperty(stream, 'write', original);
      else Reflect.deleteProperty(stream, 'write');
    });
  }
  return output.slice(0, MOST);
}
