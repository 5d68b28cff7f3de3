import { dataLeak } from '../../../src/diagnosis/rules/data-leak.js';
import type { DataOverlap, LoaderSeen } from '../../../src/protocol/telemetry.js';
import { at, type RuleCase, testRule } from '../ruleTester.js';

const loader = (id: number, role: LoaderSeen['role']): LoaderSeen => ({
  type: 'loader',
  id,
  batchSize: 32,
  batches: 20,
  workers: 0,
  shuffled: null,
  role,
});

function overlap(name: string, given: Partial<DataOverlap>, loaders: LoaderSeen[] = []): RuleCase {
  const message: DataOverlap = {
    type: 'overlap',
    step: 20,
    compared: 200,
    shared: 0,
    training: 1000,
    repeated: 0,
    source: at(52),
    ...given,
  };
  return { name, messages: [...loaders, message] };
}

testRule(dataLeak, {
  silent: [
    overlap('nothing shared', {}),
    overlap('a few by chance', { shared: 9 }),
    overlap('near-duplicates of a public data set', {
      compared: 10000,
      shared: 330,
      training: 50000,
      repeated: 1500,
    }),
    overlap('a table whose rows repeat', { shared: 120, repeated: 600 }),
    overlap('four examples in all', { compared: 4, shared: 4, training: 4 }),
    overlap('how well the training data is learned', { compared: 1000, shared: 1000 }),
    overlap('nothing to compare', { compared: 0, training: 0 }),
  ],
  fires: [
    {
      ...overlap('a part of the training data', { shared: 200 }),
      step: 20,
      line: 52,
      evidence: { share: 1, natural: 0, shared: 200, compared: 200 },
      message: /^The training data holds 200 of 200 validation examples as well \(100 %\)\.$/,
    },
    {
      ...overlap('split after oversampling', { shared: 90, repeated: 150 }),
      step: 20,
      line: 52,
      evidence: { share: 0.45, natural: 0.15 },
    },
    {
      ...overlap('the training data in a loader for validation', { compared: 1000, shared: 1000 }, [
        loader(0, 'train'),
        loader(1, 'validation'),
      ]),
      step: 20,
      line: 52,
      evidence: { share: 1 },
    },
  ],
});
