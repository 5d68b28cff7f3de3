import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessages, writeMessage } from '../../src/adapter/stream.js';

function request(seq: number, command: string) {
  return { seq, type: 'request', command };
}

describe('messages over a stream', () => {
  test('arrive whole however the bytes are cut, whatever characters they hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (commands, size) => {
          const written = new PassThrough();
          commands.forEach((command, i) => writeMessage(written, request(i, command)));
          const bytes = (written.read() as Buffer | null) ?? Buffer.alloc(0);
          const input = new PassThrough();
          const received: unknown[] = [];
          readMessages(
            input,
            (message) => received.push(message),
            (error) => received.push(error),
          );
          for (let i = 0; i < bytes.length; i += size) input.write(bytes.subarray(i, i + size));
          await new Promise((resolve) => setImmediate(resolve));
          expect(received).toEqual(commands.map((command, i) => request(i, command)));
        },
      ),
    );
  });

  test.each([
    ['no length', 'Hello: 1\r\n\r\n{}', 'Not a message'],
    ['a length of a gigabyte', 'Content-Length: 1000000000\r\n\r\n', 'Not a message'],
    ['no JSON', 'Content-Length: 3\r\n\r\nabc', 'JSON'],
  ])('with %s are refused, and nothing is read after', async (_what, bytes, words) => {
    const input = new PassThrough();
    const failures: Error[] = [];
    const received: unknown[] = [];
    readMessages(
      input,
      (message) => received.push(message),
      (error) => failures.push(error),
    );
    input.write(bytes);
    await new Promise((resolve) => setImmediate(resolve));
    writeMessage(input, request(1, 'threads'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain(words);
    expect(received).toEqual([]);
  });
});
