import { schedulerNeverSteps } from '../../../src/diagnosis/rules/scheduler-never-steps.js';
import type { ProbeMessage, SchedulerSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const scheduler = (id = 0, optimizer = 0): SchedulerSeen => ({
  type: 'scheduler',
  id,
  optimizer,
  name: 'StepLR',
  source: at(13),
});
const losses = Array.from({ length: 30 }, (_, i) => 2.3 - i * 0.01);
const constant = steps({ loss: losses, 'lr/0': losses.map(() => 0.1) });
const epochs = (count: number): ProbeMessage[] =>
  Array.from({ length: count }, (_, epoch) => ({ type: 'epoch', epoch, step: 30, time: 1 }));
const end: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };
const begin = [optimizerSeen(), scheduler(), lossSeen()];

testRule(schedulerNeverSteps, {
  silent: [
    { name: 'no scheduler', messages: [optimizerSeen(), lossSeen(), constant, ...epochs(5), end] },
    {
      name: 'called once an epoch',
      messages: [
        ...begin,
        constant,
        { type: 'schedulerCall', id: 0, calls: 1, steps: 30, beforeStep: false },
        ...epochs(5),
        end,
      ],
    },
    {
      name: 'the second of a sequence, not yet called',
      messages: [
        ...begin,
        scheduler(1),
        constant,
        { type: 'schedulerCall', id: 0, calls: 1, steps: 30, beforeStep: false },
        ...epochs(5),
      ],
    },
    { name: 'two epochs only', messages: [...begin, constant, ...epochs(2)] },
    {
      name: 'stopped by hand',
      messages: [...begin, constant, { type: 'bye', reason: 'stopped', dropped: 0 }],
    },
    { name: 'a short trial', messages: [...begin, steps({ loss: [2.3, 2.2] }), end] },
    {
      name: 'a learning rate that changes in another way',
      messages: [
        ...begin,
        steps({ loss: losses, 'lr/0': losses.map((_, i) => 0.1 / (i + 1)) }),
        ...epochs(5),
        end,
      ],
    },
  ],
  fires: [
    {
      name: 'after three epochs',
      messages: [...begin, constant, ...epochs(3)],
      step: 29,
      line: 13,
      evidence: { scheduler: 'StepLR', steps: 30, epochs: 3, learningRate: 0.1 },
      message: /StepLR was built but not stepped once in 30 steps; the learning rate stays at 0\.1\./,
    },
    {
      name: 'at the end of a run without epochs, for the optimizer without a call',
      messages: [
        optimizerSeen(),
        scheduler(0),
        { ...scheduler(1, 1), source: at(14) },
        lossSeen(),
        { type: 'schedulerCall', id: 0, calls: 3, steps: 30, beforeStep: false },
        steps({ loss: losses }),
        end,
      ],
      step: 29,
      line: 14,
      evidence: { steps: 30 },
    },
  ],
});
