import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRunDirectory, openRecordedRun, RunRecorder } from '../../../src/engine/recorder/index.js';
import type { SeriesFrame } from '../../../src/protocol/runApi.js';
import type { Steps } from '../../../src/protocol/telemetry.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'td-recorder-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function floats(base64: string): number[] {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return [...new Float32Array(bytes.buffer)];
}

function doubles(base64: string): number[] {
  return [...new Float64Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer)];
}

function steps(first: number, count: number): Steps {
  const at = Array.from({ length: count }, (_, i) => first + i);
  return {
    type: 'steps',
    first,
    time: at.map((step) => step / 10),
    scalars: { loss: at.map((step) => (step === 5000 ? 'NaN' : Math.sin(step / 50))) },
  };
}

describe('a recorder', () => {
  it('answers the same before it writes, after, and from the closed run', async () => {
    const { directory } = createRunDirectory(folder, 'My run');
    const recorder = new RunRecorder(directory);
    for (let first = 0; first < 20_000; first += 100) recorder.record(0, steps(first, 100));
    const request = { rank: 0, series: ['loss'], x: 'step' as const, width: 500 };
    const near = { ...request, from: 4990, to: 5010 };
    const before = [...recorder.frames(request), ...recorder.frames(near)];
    expect(recorder.flush()).toBe(true);
    expect([...recorder.frames(request), ...recorder.frames(near)]).toEqual(before);
    recorder.close();
    const client = openRecordedRun(directory);
    const recorded = [
      ...(await client.request('frames', request)),
      ...(await client.request('frames', near)),
    ];
    expect(recorded).toEqual(before);
    const [whole, part] = recorded as [SeriesFrame, SeriesFrame];
    expect(doubles(whole.x)).toHaveLength(500);
    expect(doubles(part.x)).toEqual(Array.from({ length: 23 }, (_, i) => 4989 + i));
    expect(floats(part.mean)[11]).toBeNaN();
    client.dispose();
  });
});
