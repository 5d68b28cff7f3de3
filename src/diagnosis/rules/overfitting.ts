import { SERIES, type Validation } from '../../protocol/telemetry.js';
import { type Text, text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { hasSeveralObjectives } from '../lossFacts.js';
import { type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';
import { type Decline, ValidationCurves } from '../validationCurve.js';

type Evidence = Decline;

const thresholds = {
  validations: {
    default: 4,
    minimum: 3,
    maximum: 1000,
    unit: 'validations',
    description: 'Validations since the best one before anything is said.',
    origin:
      'Early stopping waits for 3 to 10 (Prechelt 1998, "Early Stopping - But When?"); with the rise asked for below, four in a row are no chance.',
  },
  rise: {
    default: 0.3,
    minimum: 0.01,
    maximum: 100,
    unit: 'ratio',
    description: 'Mean of the last three validation losses over the best one, less one.',
    origin:
      'Prechelt’s generalisation loss stops at 5 % and more; six times that is no matter of patience. Runs that early stopping ends rise by less than 0.2 within ten validations.',
  },
  noise: {
    default: 4,
    minimum: 1,
    maximum: 100,
    unit: 'standard deviations',
    description: 'The same rise in units of the noise of a validation loss (from its second differences).',
    origin: 'Four standard deviations of a mean of three: once in a million by chance.',
  },
  fall: {
    default: 0.1,
    minimum: 0,
    maximum: 1,
    unit: 'ratio',
    description: 'By how much the training loss must have fallen since the best validation, as a share.',
    origin: 'A training loss that does not fall any more learns nothing by heart.',
  },
};

/** A loss that has doubled is no matter of certainty only. */
const SURE = 1;

class OverfittingCheck implements Check<Evidence> {
  private readonly curves = new ValidationCurves();
  private longest = 0;

  constructor(private readonly limits: Limits<typeof thresholds>) {}

  readonly step = (at: StepView, facts: RunFacts): undefined => {
    this.curves.train(at.scalar(facts.losses[0]?.series ?? SERIES.loss));
  };

  readonly validation = (pass: Validation, facts: RunFacts): Evidence | undefined => {
    if (hasSeveralObjectives(facts)) return undefined;
    const curve = this.curves.validate(pass);
    this.longest = Math.max(this.longest, curve?.length ?? 0);
    const decline = curve?.decline();
    return curve && decline && this.isOverfit(decline, curve.start) ? decline : undefined;
  };

  readonly skipped = (): Text | undefined =>
    this.longest < this.limits.validations + 1
      ? text('Too few validations to tell: {0}.', this.longest)
      : undefined;

  private isOverfit({ best, level, recent, last, since, noise }: Decline, start: number): boolean {
    const { validations, rise, noise: deviations, fall } = this.limits;
    const risen = Math.min(recent.loss, last.loss) - level;
    // Next to what was learned, a rise of a loss near zero is nothing.
    const scale = Math.max(level, 0.2 * (start - level));
    if (since < validations || !(risen >= rise * scale) || risen < deviations * noise) return false;
    // More right predictions at a higher loss: too sure of itself, which is worse only where it costs a lot.
    if (recent.accuracy > best.accuracy + 0.005 && risen < SURE * level) return false;
    return recent.training <= (1 - fall) * best.training && last.training < last.loss;
  }
}

export const overfitting = defineRule({
  id: 'overfitting',
  title: text('Overfitting'),
  status: 'stable',
  category: 'generalisation',
  severity: 'warning',
  needs: [SERIES.validationLoss],
  thresholds,
  check: (limits) => new OverfittingCheck(limits),
  explain: ({ best, recent, onset, last }: Evidence) => ({
    severity: 'warning',
    step: onset.step,
    message: text(
      'The model overfits: since step {0} the validation loss has risen from {1} to {2}, while the training loss has fallen from {3} to {4}.',
      ...[
        best.step,
        readable(best.loss),
        readable(recent.loss),
        readable(best.training),
        readable(last.training),
      ],
    ),
    explanation: text(
      'What the model learns from there on holds for the training data only. The weights of step {0} are the best of this run; more data, augmentation, dropout, weight decay or a smaller model move that point on.',
      best.step,
    ),
    anchor: 'validation',
    series: SERIES.validationLoss,
    fixes: [
      { title: text('Stop at the best validation loss and keep those weights'), safety: 'suggestion' },
      { title: text('Add data or augmentation, dropout or weight decay'), safety: 'suggestion' },
      { title: text('Use a smaller model'), safety: 'suggestion' },
    ],
    values: {
      bestStep: best.step,
      bestLoss: best.loss,
      onsetStep: onset.step,
      loss: recent.loss,
      trainingThen: best.training,
      trainingNow: last.training,
    },
  }),
  docs: {
    what: 'The training loss still falls while the validation loss, after its best, rises well beyond its noise.',
    why: 'The model learns its training data by heart and gets worse at everything else. Every step after the best one is wasted, and the final weights are not the best ones.',
    how: [
      'Each pass over validation data gives a point; the mean training loss since the pass before belongs to it. Passes of another length or from another line are followed apart. After at least `validations` passes since the best one, all of these must hold:',
      '',
      '- the mean of the last three validation losses, and the last one, are above the best (the lower median of it and its two neighbours: a single value may be chance) by `rise` of it (or of a fifth of all that the validation loss had fallen, where that is more), and by `noise` standard deviations, which come from the median second difference: `1.4826 · median(abs(v₋₁ - 2v₀ + v₁)) / √6`;',
      '- the training loss has fallen by `fall` since the best validation and is below the validation loss;',
      '- the validation accuracy, where it is known, has not risen since, or the validation loss has doubled.',
      '',
      'The onset is the first validation from which all are above the best by two standard deviations.',
    ].join('\n'),
    fix: [
      'Keep the weights of the best validation, and stop when it has not improved for a while.',
      '',
      '```python',
      'if validation_loss < best:',
      '    best, bad = validation_loss, 0',
      '    torch.save(model.state_dict(), "best.pt")',
      'else:',
      '    bad += 1',
      '    if bad == 5:',
      '        break',
      '```',
      '',
      '```js',
      'await model.fit(x, y, {',
      '  validationSplit: 0.2,',
      '  callbacks: tf.callbacks.earlyStopping({ monitor: "val_loss", patience: 5 }),',
      '});',
      '```',
    ].join('\n'),
    wrong:
      'A validation set that is too small, or unlike the training data in a way that shows late, looks the same. A model that is to learn its data by heart (compression, a test of the code) is meant to do this.',
  },
});
