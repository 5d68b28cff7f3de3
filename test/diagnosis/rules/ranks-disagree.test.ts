import { ranksDisagree } from '../../../src/diagnosis/rules/ranks-disagree.js';
import type { LayersSeen, ParametersSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const layers = (kind: string): LayersSeen => ({ type: 'layers', layers: [{ name: '', kind }] });
const parameters = (size: number): ParametersSeen => ({
  type: 'parameters',
  parameters: [{ name: 'w', shape: [size], dtype: 'float32', device: 'cpu', layer: 0, optimizer: 0 }],
});
const rank = (norms: (number | null)[], kind = 'Linear', size = 8) => [
  optimizerSeen(),
  lossSeen(),
  layers(kind),
  parameters(size),
  steps({ loss: norms.map(() => 2), gradNorm: norms }),
];

testRule(ranksDisagree, {
  silent: [
    {
      name: 'averaged gradients',
      messages: rank([1, 0.9, 0.8, 0.7]),
      others: [rank([1, 0.9, 0.8000001, 0.7])],
    },
    { name: 'one process', messages: rank([1, 0.9, 0.8, 0.7]) },
    {
      name: 'a step that one rank skipped',
      messages: rank([1, 9, 0.8, 0.7]),
      others: [rank([1, 0.9, 0.8, 0.7])],
    },
    {
      name: 'sharded parameters',
      messages: rank([1, 2, 3, 4], 'FullyShardedDataParallel'),
      others: [rank([4, 3, 2, 1], 'FullyShardedDataParallel')],
    },
    {
      name: 'stages of a pipeline',
      messages: rank([1, 2, 3, 4]),
      others: [rank([4, 3, 2, 1], 'Linear', 16)],
    },
    { name: 'never the same step', messages: rank([1, null, 3, null]), others: [rank([null, 5, null, 9])] },
  ],
  fires: [
    {
      name: 'a model that was not wrapped',
      messages: rank([1, 0.9, 0.8, 0.7]),
      others: [rank([2, 1.5, 1.4, 1.9])],
      step: 2,
      line: LINES.backward,
      evidence: { firstRank: 0, secondRank: 1, firstNorm: 0.8, secondNorm: 1.4, steps: 3 },
    },
  ],
});
