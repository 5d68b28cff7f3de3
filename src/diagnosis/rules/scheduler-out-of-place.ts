import {
  type EpochEnded,
  SERIES,
  type SchedulerCalled,
  type SchedulerSeen,
} from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

type Place = 'before-the-step' | 'every-batch' | 'every-epoch';

interface Evidence {
  place: Place;
  step: number;
  name: string;
  calls: number;
  steps: number;
  /** Calls that the schedule is made for, where it says. */
  horizon: number | undefined;
  firstRate: number | undefined;
  rate: number | undefined;
  source: SourceLine | undefined;
}

interface Limits {
  readonly collapse: number;
  readonly tolerance: number;
}

/** Of a rate that was multiplied by a tenth three times. */
const ROUNDING = 1e-9;
/** Options that say for how many calls a schedule is made. */
const HORIZONS = ['total_steps', 'T_max'];

class SchedulerOutOfPlaceCheck implements Check<Evidence> {
  private last = -1;
  private first: number | undefined;
  private rate: number | undefined;
  /** Step and rate at which the schedule had run out within the first epochs. */
  private spent: { step: number; rate: number } | undefined;
  private skips = 0;
  private epochs = 0;
  private found = false;

  constructor(private readonly limits: Limits) {}

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.last = step.step;
    if (step.scalar(SERIES.skipped) === 1) this.skips++;
    const rate = step.scalar(`${SERIES.learningRate}/0`);
    if (rate === undefined || rate === this.rate) return undefined;
    this.first ??= rate;
    this.rate = rate;
    const isLeft = rate > this.limits.collapse * this.first * (1 + ROUNDING);
    if (this.spent || isLeft || !this.early(step, facts)) return undefined;
    this.spent = { step: step.step, rate };
    return this.judgeAll(facts);
  };

  readonly epoch = ({ epoch }: EpochEnded): undefined => {
    this.epochs = epoch + 1;
  };

  readonly schedulerCall = (_call: SchedulerCalled, facts: RunFacts): Evidence | undefined =>
    this.judgeAll(facts);

  readonly skipped = (facts: RunFacts): Text | undefined =>
    facts.schedulerCalls.length === 0 ? text('No learning-rate scheduler was stepped.') : undefined;

  private early({ step, epoch }: StepView, facts: RunFacts): boolean {
    const { epochs, stepsPerEpoch } = facts.plan ?? {};
    // Steps arrive in bundles, so that the end of an epoch may be told before them.
    const done = epoch ?? (stepsPerEpoch ? Math.floor(step / stepsPerEpoch) : this.epochs);
    return epochs !== undefined && done < Math.min(2, epochs / 4);
  }

  private judgeAll(facts: RunFacts): Evidence | undefined {
    for (const call of this.found ? [] : facts.schedulerCalls) {
      const scheduler = facts.schedulers.find(({ id }) => id === call.id);
      const place = scheduler && this.placeOf(scheduler, call, facts);
      if (!place) continue;
      this.found = true;
      return this.evidence(place, scheduler, call);
    }
    return undefined;
  }

  private placeOf(scheduler: SchedulerSeen, call: SchedulerCalled, facts: RunFacts): Place | undefined {
    // A gradient scaler that skips the first step makes a rightly placed call look early.
    if (call.beforeStep && this.skips === 0) return 'before-the-step';
    const everyBatch = call.calls >= Math.max(8, call.steps - 1);
    const horizon = horizonOf(scheduler);
    if (horizon === undefined) return everyBatch && this.spent ? 'every-batch' : undefined;
    const { epochs, stepsPerEpoch } = facts.plan ?? {};
    if (!epochs || epochs < 2 || !stepsPerEpoch || stepsPerEpoch < 4) return undefined;
    if (everyBatch && this.near(horizon, epochs) && call.calls > 2 * horizon) return 'every-batch';
    const everyEpoch = this.epochs >= 2 && call.calls <= this.epochs + 1;
    return everyEpoch && this.near(horizon, epochs * stepsPerEpoch) && horizon > 2 * epochs
      ? 'every-epoch'
      : undefined;
  }

  private near(a: number, b: number): boolean {
    return Math.abs(a - b) <= this.limits.tolerance * b;
  }

  private evidence(place: Place, scheduler: SchedulerSeen, call: SchedulerCalled): Evidence {
    return {
      place,
      step: (place === 'every-batch' ? this.spent?.step : undefined) ?? Math.max(0, this.last),
      name: scheduler.name,
      calls: call.calls,
      steps: call.steps,
      horizon: horizonOf(scheduler),
      firstRate: this.first,
      rate: this.spent?.rate ?? this.rate,
      source: call.source ?? scheduler.source,
    };
  }
}

function horizonOf({ options }: SchedulerSeen): number | undefined {
  const named = HORIZONS.map((name) => options?.[name]).find(
    (value) => typeof value === 'number' && value > 0,
  );
  return typeof named === 'number' ? named : undefined;
}

function message({ place, step, name, calls, steps, horizon, firstRate, rate }: Evidence): Text {
  if (place === 'before-the-step') {
    return text(
      '{0} was stepped before the first optimizer step, which skips the first value of the schedule.',
      name,
    );
  }
  if (place === 'every-epoch') {
    return text(
      '{0} is made for {1} calls, one a batch, but was called {2} times in {3} steps.',
      name,
      horizon ?? 0,
      calls,
      steps,
    );
  }
  return horizon === undefined
    ? text(
        '{0} is stepped at every batch: the learning rate fell from {1} to {2} within {3} steps.',
        name,
        readable(firstRate ?? NaN),
        readable(rate ?? NaN),
        step + 1,
      )
    : text(
        '{0} is made for {1} epochs, but is stepped at every batch: {2} calls so far.',
        name,
        horizon,
        calls,
      );
}

function fix(place: Place): Text {
  if (place === 'before-the-step') return text('Call scheduler.step() after optimizer.step()');
  return place === 'every-batch'
    ? text('Move scheduler.step() out of the loop over batches')
    : text('Move scheduler.step() into the loop over batches');
}

export const schedulerOutOfPlace = defineRule({
  id: 'scheduler-out-of-place',
  title: text('Learning-rate scheduler is stepped in the wrong place'),
  status: 'stable',
  category: 'optimisation',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    collapse: {
      default: 1e-3,
      minimum: 1e-12,
      maximum: 1,
      unit: 'ratio',
      description: 'Part of the first learning rate down to which a schedule has run out.',
      origin:
        'Step decay divides by 10 two or three times over a whole training (ResNet, arXiv:1512.03385): a thousandth is its end.',
    },
    tolerance: {
      default: 0.1,
      minimum: 0,
      maximum: 0.5,
      unit: 'ratio',
      description:
        'How far a schedule’s length may be from the number of epochs or steps to be taken for it.',
      origin: 'Leaves room for a last incomplete batch, a warm-up of a few epochs and rounding.',
    },
  },
  check: (limits) => new SchedulerOutOfPlaceCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'warning',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'A schedule counts the calls of its step(). Called too often, the learning rate is used up before training is; called too rarely, the schedule never gets beyond its beginning.',
    ),
    anchor: 'scheduler',
    series: null,
    ...(evidence.source && { source: evidence.source }),
    fixes: [{ title: fix(evidence.place), safety: 'suggestion' }],
    values: {
      place: evidence.place,
      scheduler: evidence.name,
      calls: evidence.calls,
      steps: evidence.steps,
      ...(evidence.horizon === undefined ? {} : { horizon: evidence.horizon }),
      ...(evidence.firstRate === undefined ? {} : { firstLearningRate: evidence.firstRate }),
      ...(evidence.rate === undefined ? {} : { learningRate: evidence.rate }),
    },
  }),
  docs: {
    what: 'The scheduler’s `step()` is called before the first optimizer step, at every batch although the schedule counts epochs, or once an epoch although it counts batches.',
    why: 'The learning rate that training gets is not the one that was planned: gone after a few hundred steps, or stuck in the warm-up of a one-cycle schedule.',
    how: [
      'The probe counts the calls of each scheduler and the steps of its optimizer.',
      '',
      '- A call before the first step of the optimizer is reported at once, unless a gradient scaler skipped that step.',
      '- `T_max` or `total_steps` within `tolerance` of the number of *epochs*, and more than twice as many calls already, one a step: the schedule was made for epochs.',
      '- The same within `tolerance` of the number of *steps*, and one call an epoch after two epochs: it was made for batches.',
      '- A schedule without a length that is called at every step and has brought the learning rate below `collapse` times its first value within the first two epochs (and the first quarter of all).',
    ].join('\n'),
    fix: [
      '```python',
      '# before',
      'scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)',
      'for epoch in range(30):',
      '    for x, y in loader:',
      '        ...',
      '        optimizer.step()',
      '        scheduler.step()',
      '# after',
      'for epoch in range(30):',
      '    for x, y in loader:',
      '        ...',
      '        optimizer.step()',
      '    scheduler.step()',
      '```',
      '',
      '```js',
      '// before: a schedule in epochs, given the number of the batch',
      'onBatchBegin: (batch) => optimizer.setLearningRate(schedule(batch)),',
      '// after',
      'onEpochBegin: (epoch) => optimizer.setLearningRate(schedule(epoch)),',
      '```',
    ].join('\n'),
    wrong:
      'A cosine schedule whose period happens to equal the number of epochs, but is meant in batches (warm restarts by hand), is reported. TensorFlow.js has no schedulers, so the rule does not judge it.',
  },
});
