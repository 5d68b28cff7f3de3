import { paddingWaste } from '../../../src/diagnosis/rules/padding-waste.js';
import { batchSeen, layersSeen, LOADER_LINE, loaderSeen, tensor } from '../messages.js';
import { type RuleCase, testRule } from '../ruleTester.js';

type Tensor = Parameters<typeof tensor>[0];

const tokens = { dtype: 'int64', shape: [16, 128], zeros: 0.9 };

function run(name: string, one: Tensor, kinds = ['Embedding', 'LSTM'], zeros: number[] = []): RuleCase {
  const batches = [0, 1, 2].map((i) => batchSeen(i, tensor({ ...one, zeros: zeros[i] ?? one?.zeros ?? 0 })));
  return { name, messages: [loaderSeen(), layersSeen(...kinds), ...batches] };
}

testRule(paddingWaste, {
  silent: [
    run('some padding', { ...tokens, zeros: 0.5 }),
    run('short sequences', { ...tokens, shape: [16, 12] }),
    run('one batch of short texts', tokens, ['Embedding'], [0.9, 0.3, 0.9]),
    run('counts of words, most of them zero', { ...tokens, dtype: 'float32' }),
    run('whole numbers that are no tokens', tokens, ['Linear']),
    run('zeros throughout', { ...tokens, zeros: 1 }),
    run('targets', { ...tokens, name: 'target' }),
  ],
  fires: [
    {
      name: 'the only batch that was looked at, at the end',
      messages: [
        loaderSeen(),
        layersSeen('Embedding'),
        batchSeen(0, tensor(tokens)),
        { type: 'bye', reason: 'finished', dropped: 0 },
      ],
      step: 0,
      line: LOADER_LINE,
      evidence: { share: 0.9, length: 128 },
    },
    {
      ...run('tokens that are nearly all padding', tokens),
      step: 1,
      line: LOADER_LINE,
      evidence: { share: 0.9, length: 128 },
      message: /^Padding makes up 90 % of the tokens in batches of length 128\.$/,
    },
    {
      ...run('a mask that says so', { ...tokens, name: 'attention_mask' }, ['Linear']),
      step: 1,
      line: LOADER_LINE,
      evidence: {},
    },
  ],
});
