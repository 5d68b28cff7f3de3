import { SERIES, type SchedulerSeen } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  name: string;
  steps: number;
  epochs: number | undefined;
  learningRate: number | undefined;
  source: SourceLine | undefined;
}

interface Limits {
  readonly epochs: number;
  readonly steps: number;
}

class SchedulerNeverStepsCheck implements Check<Evidence> {
  private last = -1;
  private rates = new Map<string, number>();
  private changed = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (step: StepView): undefined => {
    this.last = step.step;
    for (const series of step.series) {
      if (!series.startsWith(`${SERIES.learningRate}/`)) continue;
      const rate = step.scalar(series);
      if (rate === undefined) continue;
      this.changed ||= this.rates.has(series) && this.rates.get(series) !== rate;
      this.rates.set(series, rate);
    }
  };

  readonly epoch = ({ epoch }: { epoch: number }, facts: RunFacts): Evidence | undefined =>
    epoch + 1 > this.limits.epochs ? this.judge(facts, epoch + 1) : undefined;

  readonly bye = ({ reason }: { reason: string }, facts: RunFacts): Evidence | undefined =>
    reason === 'finished' && this.last + 1 >= this.limits.steps ? this.judge(facts) : undefined;

  readonly skipped = (facts: RunFacts): Text | undefined =>
    facts.schedulers.length === 0 ? text('The script has no learning-rate scheduler.') : undefined;

  private judge(facts: RunFacts, epochs?: number): Evidence | undefined {
    const idle = facts.schedulers.find((scheduler) => isIdle(scheduler, facts));
    if (!idle || this.changed) return undefined;
    const [learningRate] = this.rates.values();
    return {
      step: this.last,
      name: idle.name,
      steps: this.last + 1,
      epochs,
      learningRate,
      source: idle.source,
    };
  }
}

/** Of several schedulers of one optimizer, chained or in sequence, one call is enough. */
function isIdle({ optimizer }: SchedulerSeen, facts: RunFacts): boolean {
  const siblings = facts.schedulers.filter((other) => other.optimizer === optimizer).map(({ id }) => id);
  return !facts.schedulerCalls.some(({ id }) => siblings.includes(id));
}

export const schedulerNeverSteps = defineRule({
  id: 'scheduler-never-steps',
  title: text('Learning-rate scheduler is never stepped'),
  status: 'stable',
  category: 'optimisation',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    epochs: {
      default: 2,
      minimum: 1,
      maximum: 1000,
      unit: 'epochs',
      description: 'Epochs that may pass without a call of the scheduler.',
      origin:
        'torch.optim’s schedulers are stepped once an epoch or once a batch ("How to adjust learning rate"); one epoch more is left to schedules that begin late.',
    },
    steps: {
      default: 20,
      minimum: 1,
      maximum: 1e6,
      unit: 'steps',
      description: 'Steps that a run without known epochs must have taken before its end is judged.',
      origin: 'A script that stops earlier is a trial run of the code, not a training.',
    },
  },
  check: (limits) => new SchedulerNeverStepsCheck(limits),
  explain: ({ step, name, steps, epochs, learningRate, source }: Evidence) => ({
    severity: 'warning',
    step,
    message:
      learningRate === undefined
        ? text('{0} was built but not stepped once in {1} steps.', name, steps)
        : text(
            '{0} was built but not stepped once in {1} steps; the learning rate stays at {2}.',
            name,
            steps,
            readable(learningRate),
          ),
    explanation: text(
      'A scheduler changes nothing by itself: without a call of its step() the learning rate stays what it was, without warm-up and without decay.',
    ),
    anchor: 'scheduler',
    series: null,
    ...(source && { source }),
    fixes: [
      {
        title: text('Call scheduler.step() after optimizer.step(), once an epoch or once a batch'),
        safety: 'suggestion',
      },
    ],
    values: {
      scheduler: name,
      steps,
      ...(epochs === undefined ? {} : { epochs }),
      ...(learningRate === undefined ? {} : { learningRate }),
    },
  }),
  docs: {
    what: 'A learning-rate scheduler was built for the optimizer, and the training runs without ever calling its `step()`.',
    why: 'The schedule that was meant, be it a warm-up or a decay, does not take place. Training then stops improving where the decay should have helped, or is unstable where the warm-up should have.',
    how: 'The probe counts the calls of each scheduler. When `epochs` epochs have ended and another is over, or at the end of a run of at least `steps` steps, a scheduler without one call is reported, unless another scheduler of the same optimizer was called (sequences and chains of schedulers) or the learning rate changed in another way.',
    fix: [
      '```python',
      '# before',
      'scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)',
      'for epoch in range(30):',
      '    train_one_epoch()',
      '# after',
      'scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)',
      'for epoch in range(30):',
      '    train_one_epoch()',
      '    scheduler.step()',
      '```',
      '',
      'TensorFlow.js has no schedulers; a schedule there is a function that is called:',
      '',
      '```js',
      '// before: computed and not used',
      'const rate = schedule(epoch);',
      '// after',
      'optimizer.learningRate = schedule(epoch); // setLearningRate() for sgd and momentum',
      '```',
    ].join('\n'),
    wrong:
      'A scheduler that is meant for a later phase of a long training is reported too early: raise `epochs`. TensorFlow.js has no schedulers, so the rule does not judge it.',
  },
});
