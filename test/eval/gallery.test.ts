/** Every recorded run of test/gallery, diagnosed again: `npm run eval -- --gallery` records them anew. */
import { describe, expect, it } from 'vitest';
import { corpusCases, recordingName } from './cases.js';
import { lockedVerdicts, portable, readRecording, recordings, verdictOf } from './gallery.js';

const verdicts = lockedVerdicts();

describe('gallery', () => {
  it('has a recording of every program of the corpus, and no other', () => {
    const programs = corpusCases().map(recordingName);
    expect(recordings()).toEqual(programs.sort());
    expect(Object.keys(verdicts).sort()).toEqual(recordings());
  });

  it.each(recordings())('%s', (name) => {
    expect(verdictOf(readRecording(name))).toEqual(verdicts[name]);
  });

  it('names no machine in its recordings', () => {
    const hello = '{"type":"hello","host":"alice-laptop","pid":4711,"token":"secret","script":"/a.py"}';
    const [line] = portable(`${hello}\n{"type":"bye"}\n`).split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ host: 'host', pid: 1, token: '', script: '/a.py' });
  });

  it('rounds what is measured, and leaves fingerprints as they are', () => {
    const scalars = { loss: [2.302585092994046, 'NaN', null], batchFingerprint: [123456789012345] };
    const steps = JSON.stringify({ type: 'steps', first: 0, time: [0.123456789], scalars });
    expect(JSON.parse(portable(steps))).toMatchObject({
      time: [0.123457],
      scalars: { loss: [2.30259, 'NaN', null], batchFingerprint: [123456789012345] },
    });
  });
});
