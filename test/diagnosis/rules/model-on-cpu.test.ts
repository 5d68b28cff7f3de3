import { modelOnCpu } from '../../../src/diagnosis/rules/model-on-cpu.js';
import type { ParametersSeen, RuntimeSeen } from '../../../src/protocol/telemetry.js';
import { LINES, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const runtime = (available: string[], backend = 'cpu'): RuntimeSeen => ({
  ...{ type: 'runtime', backend, device: 'AMD EPYC', gpus: [], available },
});
const parameters = (device: string): ParametersSeen => ({
  type: 'parameters',
  parameters: [{ name: 'weight', shape: [100, 100], dtype: 'float32', device, layer: -1, optimizer: 0 }],
});
const run = (seconds: number) => {
  const times = Array.from({ length: 40 }, (_, i) => (i === 0 ? null : seconds));
  return [optimizerSeen(), lossSeen(), steps({ loss: times.map(() => 2), 'time/step': times })];
};

testRule(modelOnCpu, {
  silent: [
    { name: 'no accelerator', messages: [runtime([]), parameters('cpu'), ...run(0.5)] },
    { name: 'a tiny model', messages: [runtime(['cuda']), parameters('cpu'), ...run(0.002)] },
    {
      name: 'a model on the accelerator',
      messages: [runtime(['cuda'], 'cuda'), parameters('cuda:0'), ...run(0.5)],
    },
    { name: 'a run that does not say', messages: [parameters('cpu'), ...run(0.5)] },
  ],
  fires: [
    {
      name: 'a slow model on the CPU',
      messages: [runtime(['cuda']), parameters('cpu'), ...run(0.4)],
      step: 20,
      line: LINES.optimizer,
      evidence: { available: 'cuda', seconds: 0.4, weights: 10000 },
    },
  ],
});
