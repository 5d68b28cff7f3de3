import { noValidation } from '../../../src/diagnosis/rules/no-validation.js';
import type { LoaderSeen, ParametersSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, type RuleCase, steps, testRule } from '../ruleTester.js';
import { bye, pass } from '../validations.js';

const loader: LoaderSeen = {
  type: 'loader',
  id: 0,
  source: at(8),
  batchSize: 10,
  batches: 50,
  workers: 0,
  shuffled: true,
  examples: 500,
  role: 'train',
};

function parameters(weights: number): ParametersSeen {
  const one = { name: 'w', shape: [weights], dtype: 'float32', device: 'cpu', layer: 0, optimizer: 0 };
  return { type: 'parameters', parameters: [one] };
}

interface Run {
  length?: number;
  weights?: number;
  data?: Partial<LoaderSeen>;
  extra?: ProbeMessage[];
}

function run(name: string, { length = 2500, weights = 100_000, data, extra = [] }: Run = {}): RuleCase {
  const measured = { ...steps({ loss: Array<number>(length).fill(0.1) }), epoch: epochsOf(length) };
  const head = [optimizerSeen(), lossSeen(), { ...loader, ...data }, parameters(weights)];
  return { name, messages: [...head, ...extra, measured, bye] };
}

const epochsOf = (length: number) => Array.from({ length }, (_, i) => Math.floor(i / 50));

testRule(noValidation, {
  silent: [
    run('a run of a few hundred steps', { length: 500 }),
    run('a model with fewer weights', { weights: 1000 }),
    run('data of unknown size', { data: { batches: null, examples: undefined } as unknown as LoaderSeen }),
    run('a validation', { extra: [pass(100, 0.5)] }),
    run('a second loader, whose use cannot be seen', { extra: [{ ...loader, id: 1, role: 'unknown' }] }),
    run('a metric that the script reports', {
      extra: [{ type: 'metrics', step: 100, time: 1, values: { val_accuracy: 0.9 } }],
    }),
  ],
  fires: [
    {
      ...run('fifty epochs of a large model on little data'),
      step: 2499,
      line: 8,
      evidence: { epochs: 50, examples: 500, weights: 100_000 },
    },
  ],
});
