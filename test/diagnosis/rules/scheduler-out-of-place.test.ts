import { schedulerOutOfPlace } from '../../../src/diagnosis/rules/scheduler-out-of-place.js';
import type { ProbeMessage, SchedulerCalled, SchedulerSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, steps, testRule } from '../ruleTester.js';

const PLACE = 35;
const scheduler = (name: string, options: NonNullable<SchedulerSeen['options']>): SchedulerSeen => ({
  ...{ type: 'scheduler', id: 0, optimizer: 0, name, source: at(13) },
  options,
});
const call = (calls: number, done: number, beforeStep = false): SchedulerCalled => ({
  ...{ type: 'schedulerCall', id: 0, calls, steps: done, beforeStep, source: at(PLACE) },
});
const plan = (epochs: number, stepsPerEpoch: number): ProbeMessage => ({
  ...{ type: 'plan', epochs, stepsPerEpoch, totalSteps: epochs * stepsPerEpoch },
});
const epoch = (n: number): ProbeMessage => ({ type: 'epoch', epoch: n, step: (n + 1) * 30, time: n });
const run = (count: number, rate: (step: number) => number) =>
  steps({
    loss: Array.from({ length: count }, (_, i) => 2.3 - i * 0.001),
    'lr/0': Array.from({ length: count }, (_, i) => rate(i)),
  });
const begin = [optimizerSeen(), lossSeen(), plan(20, 30)];

testRule(schedulerOutOfPlace, {
  silent: [
    {
      name: 'step decay once an epoch',
      messages: [
        ...begin,
        scheduler('StepLR', { step_size: 5 }),
        run(30, () => 0.1),
        call(1, 30),
        epoch(0),
        call(2, 60),
      ],
    },
    {
      name: 'one cycle at every batch',
      messages: [
        ...begin,
        scheduler('OneCycleLR', { total_steps: 600 }),
        run(300, (i) => 1e-3 * i),
        call(300, 300),
        epoch(8),
      ],
    },
    {
      name: 'cosine over epochs, once an epoch',
      messages: [
        ...begin,
        scheduler('CosineAnnealingLR', { T_max: 20 }),
        call(1, 30),
        epoch(0),
        epoch(1),
        call(2, 60),
      ],
    },
    {
      name: 'a slow exponential decay at every batch',
      messages: [
        ...begin,
        scheduler('ExponentialLR', { gamma: 0.999 }),
        call(20, 20),
        run(30, (i) => 0.1 * 0.999 ** i),
      ],
    },
    {
      name: 'a first step that the gradient scaler skipped',
      messages: [
        ...begin,
        scheduler('StepLR', { step_size: 5 }),
        steps({ loss: [2.3], skipped: [1] }),
        call(1, 0, true),
      ],
    },
    {
      name: 'a schedule that outlasts a run that was cut short',
      messages: [...begin, scheduler('CosineAnnealingLR', { T_max: 200 }), epoch(0), epoch(1), call(2, 60)],
    },
    {
      name: 'one epoch only',
      messages: [optimizerSeen(), plan(1, 600), scheduler('CosineAnnealingLR', { T_max: 1 }), call(10, 10)],
    },
  ],
  fires: [
    {
      name: 'before the first step',
      messages: [...begin, scheduler('StepLR', { step_size: 5 }), call(1, 0, true)],
      step: 0,
      line: PLACE,
      evidence: { place: 'before-the-step' },
    },
    {
      name: 'step decay at every batch',
      messages: [
        ...begin,
        scheduler('StepLR', { step_size: 5, gamma: 0.1 }),
        call(1, 1),
        run(30, (i) => 0.1 * 0.1 ** Math.floor(i / 5)),
        call(30, 30),
      ],
      step: 15,
      line: PLACE,
      evidence: { place: 'every-batch', firstLearningRate: 0.1, learningRate: 1e-4 },
      message: /fell from 0\.1 to 0\.0001 within 16 steps/,
    },
    {
      name: 'step decay at every batch, told of after the epochs have ended',
      messages: [
        ...begin,
        scheduler('StepLR', { step_size: 5, gamma: 0.1 }),
        call(1, 1),
        epoch(0),
        epoch(1),
        epoch(2),
        run(90, (i) => 0.1 * 0.1 ** Math.floor(i / 5)),
        call(90, 90),
      ],
      step: 15,
      line: PLACE,
      evidence: { place: 'every-batch' },
    },
    {
      name: 'a cosine over epochs at every batch',
      messages: [...begin, scheduler('CosineAnnealingLR', { T_max: 20 }), run(42, () => 0.1), call(41, 41)],
      step: 41,
      line: PLACE,
      evidence: { place: 'every-batch', horizon: 20 },
    },
    {
      name: 'one cycle once an epoch',
      messages: [
        ...begin,
        scheduler('OneCycleLR', { total_steps: 600 }),
        run(60, () => 0.004),
        epoch(0),
        epoch(1),
        call(2, 60),
      ],
      step: 59,
      line: PLACE,
      evidence: { place: 'every-epoch', horizon: 600, calls: 2 },
    },
  ],
});
