import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeProbeMessage, TelemetryError } from '../../src/protocol/decodeTelemetry.js';
import { MAX_MESSAGE_BYTES } from '../../src/protocol/telemetry.js';

const FRAMES = new URL('../frames/', import.meta.url);

function lines(file: string): string[] {
  return readFileSync(new URL(file, FRAMES), 'utf8').trimEnd().split('\n');
}

function failure(line: string): string {
  try {
    decodeProbeMessage(line);
  } catch (error) {
    if (error instanceof TelemetryError) return error.message;
    throw error;
  }
  return 'no error';
}

const kinds = readdirSync(new URL('good/', FRAMES)).map((file) => file.replace('.jsonl', ''));
const bad = lines('bad.jsonl').map((line) => JSON.parse(line) as { line: string; error: string });

describe('decodeProbeMessage', () => {
  it.each(kinds)('gives a %s back with every field that came', (kind) => {
    for (const line of lines(`good/${kind}.jsonl`)) {
      const message = decodeProbeMessage(line);
      expect(message?.type).toBe(kind);
      expect(JSON.stringify(message)).toBe(line);
    }
  });

  it('has golden lines for every type of message', () => {
    const source = (name: string) =>
      readFileSync(new URL(`../../src/protocol/${name}.ts`, import.meta.url), 'utf8');
    const probeSide = ['telemetry', 'lossMessages', 'conversation', 'inspection'].map(source).join('');
    const types = [...probeSide.matchAll(/^ {2}type: '(\w+)';/gm)].map((match) => match[1]);
    expect([...kinds].sort()).toEqual(types.sort());
  });

  it.each(bad)('refuses a line with: $error', ({ line, error }) => {
    expect(failure(line)).toBe(error);
  });

  it.each(kinds)('never fails with anything but an error that a person can read: %s', (kind) => {
    for (const line of lines(`good/${kind}.jsonl`)) {
      for (const damaged of damagedVersions(line)) {
        const message = failure(damaged);
        if (message !== 'no error')
          expect(message).toMatch(new RegExp(`^${kind}[.[].*: expected |^expected one|^type: `));
      }
    }
  });

  it('passes over messages of a type that only newer probes know', () => {
    expect(decodeProbeMessage('{"type":"hologram","depth":3}')).toBeNull();
    expect(decodeProbeMessage('{"type":"constructor"}')).toBeNull();
  });

  it('refuses a message longer than any sound probe sends', () => {
    const line = `{"type":"bye","reason":"finished","dropped":0,"x":"${'x'.repeat(MAX_MESSAGE_BYTES)}"}`;
    expect(failure(line)).toMatch(/^a message of \d+ characters: at most 16777216 are allowed$/);
  });
});

/** The line with each of its top-level fields left out or replaced in turn, and cut off at several places. */
function* damagedVersions(line: string): Generator<string> {
  const message = JSON.parse(line) as Record<string, unknown>;
  for (const key of Object.keys(message).filter((name) => name !== 'type')) {
    const { [key]: _left, ...rest } = message;
    yield JSON.stringify(rest);
    for (const wrong of [null, -1, 'x', {}, [null], [[]], true])
      yield JSON.stringify({ ...rest, [key]: wrong });
  }
  for (let length = 0; length < line.length; length += 7) yield line.slice(0, length);
}
