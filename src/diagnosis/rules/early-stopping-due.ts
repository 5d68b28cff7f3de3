import { SERIES, type Validation } from '../../protocol/telemetry.js';
import { type Text, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts } from '../rule.js';
import { type Decline, ValidationCurves } from '../validationCurve.js';

const thresholds = {
  patience: {
    default: 10,
    minimum: 3,
    maximum: 10000,
    unit: 'validations',
    description: 'Validations without a better one.',
    origin:
      'The patience that tutorials and Keras’ examples give EarlyStopping is 3 to 10; ten is the most of it.',
  },
  share: {
    default: 0.5,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description: 'Share of all validations that came after the best one.',
    origin: 'A run that spent most of its time after its best weights has gone on for too long.',
  },
  rise: {
    default: 0.15,
    minimum: 0,
    maximum: 100,
    unit: 'ratio',
    description: 'Mean of the last three validation losses over the best one, less one.',
    origin: 'Three times the generalisation loss at which Prechelt (1998) stops.',
  },
};

/** Standard deviations of the noise that the rise must exceed. */
const DEVIATIONS = 4;

class EarlyStoppingDueCheck implements Check<Decline> {
  private readonly curves = new ValidationCurves();
  private longest = 0;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly validation = (pass: Validation, facts: RunFacts): Decline | undefined => {
    if (hasSeveralObjectives(facts)) return undefined;
    const curve = this.curves.validate(pass);
    this.longest = Math.max(this.longest, curve?.length ?? 0);
    const decline = curve?.decline();
    return curve && decline && this.isDue(decline, curve.start) ? decline : undefined;
  };

  readonly skipped = (): Text | undefined =>
    this.longest <= this.limits.patience
      ? text('Too few validations to tell: {0}.', this.longest)
      : undefined;

  private isDue({ best, level, recent, since, count, noise }: Decline, start: number): boolean {
    const { patience, share, rise } = this.limits;
    if (since < patience || since < share * count) return false;
    const risen = recent.loss - level;
    const scale = Math.max(level, 0.2 * (start - level));
    return risen >= rise * scale && risen >= DEVIATIONS * noise && !(recent.accuracy > best.accuracy);
  }
}

export const earlyStoppingDue = defineRule({
  id: 'early-stopping-due',
  title: text('Training should have stopped'),
  status: 'stable',
  category: 'generalisation',
  severity: 'info',
  needs: [SERIES.validationLoss],
  thresholds,
  check: (limits) => new EarlyStoppingDueCheck(limits),
  explain: ({ best, recent, since, onset }: Decline) => ({
    severity: 'info',
    step: onset.step,
    message: text(
      'The best validation loss, {0}, was {1} validations ago at step {2}; it is {3} now.',
      ...[readable(best.loss), since, best.step, readable(recent.loss)],
    ),
    explanation: text(
      'Nothing has been gained since. Stop here, and use the weights of the best validation.',
    ),
    anchor: 'validation',
    series: SERIES.validationLoss,
    fixes: [{ title: text('Stop at the best validation loss and keep those weights'), safety: 'suggestion' }],
    values: { bestStep: best.step, bestLoss: best.loss, since, loss: recent.loss },
  }),
  docs: {
    what: 'The best validation is long past and the validation loss has become clearly worse since.',
    why: 'The rest of the run costs time and ends with weights that are worse than those it had.',
    how: 'At least `patience` validations, and at least `share` of all of them, came after the best one; the mean of the last three is above the best (the lower median of it and its two neighbours) by `rise` of it (or of a fifth of all that the loss had fallen, where that is more) and by four standard deviations of its noise; the validation accuracy, where it is known, is not better than at the best. Where the training loss falls meanwhile, `overfitting` tells the reason, and this finding is listed under it.',
    fix: [
      '```python',
      '# before: for epoch in range(500): …',
      '# after',
      'if epoch - best_epoch >= 10:',
      '    break',
      '```',
      '',
      '```js',
      '// before: await model.fit(x, y, { epochs: 500, validationSplit: 0.2 });',
      '// after',
      'await model.fit(x, y, {',
      '  epochs: 500,',
      '  validationSplit: 0.2,',
      '  callbacks: tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 10 }),',
      '});',
      '```',
    ].join('\n'),
    wrong:
      'A validation loss can become better again long after its first best one (double descent, a restart of the schedule).',
  },
});
