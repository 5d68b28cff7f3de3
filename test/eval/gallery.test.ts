/** Every recorded run of test/gallery, diagnosed again: `npm run eval -- --gallery` records them anew. */
import { describe, expect, it } from 'vitest';
import { corpusCases, recordingName } from './cases.js';
import { lockedVerdicts, portable, readRecording, recordings, verdictOf } from './gallery.js';

const verdicts = lockedVerdicts();

/** Faults that are certain as soon as they are seen. */
const HARD = new Set([
  ...['non-finite-loss', 'non-finite-gradient', 'non-finite-data', 'no-gradient', 'gradients-not-cleared'],
  ...['target-broadcast', 'targets-out-of-range', 'one-output-cross-entropy'],
  ...['softmax-before-cross-entropy', 'sigmoid-before-bce-with-logits'],
]);
/** Where the fault itself comes later: in a batch that is drawn at some time, or with an optimizer that steps in turns. */
const LATER = new Set([
  'pytorch/faulty/corrupt_record_late.py',
  'pytorch/faulty/gan_generator_detached.py',
  'pytorch/faulty/nan_in_data.py',
  'pytorch/faulty/nan_in_targets.py',
  'tfjs/faulty/missing_value.js',
  'tfjs/faulty/nan_labels.js',
]);
const FIRST_STEPS = 3;
const hard = corpusCases().filter(({ name, finds: [first = ''] }) => HARD.has(first) && !LATER.has(name));

describe('gallery', () => {
  it('has a recording of every program of the corpus, and no other', () => {
    const programs = corpusCases().map(recordingName);
    expect(recordings()).toEqual(programs.sort());
    expect(Object.keys(verdicts).sort()).toEqual(recordings());
  });

  it.each(recordings())('%s', (name) => {
    expect(verdictOf(readRecording(name))).toEqual(verdicts[name]);
  });

  it.each(hard)('finds $name within the first steps', (one) => {
    expect(one.by).toBeLessThanOrEqual(FIRST_STEPS);
    const found = (verdicts[recordingName(one)] ?? []).filter(({ rule }) => one.finds.includes(rule));
    expect(Math.min(...found.map(({ step }) => step))).toBeLessThanOrEqual(one.by);
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
