import { type LossSeen, type NonFiniteSeen, type OriginSeen, SERIES } from '../../protocol/telemetry.js';
import { fromWire, text, type Text, toWire } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  series: string;
  step: number;
  value: number;
  /** The last finite value before, undefined when there was none. */
  lastFinite: number | undefined;
  /** Parameters whose gradient or value was the first to be non-finite, where that came before the loss. */
  origin: Pick<NonFiniteSeen, 'where' | 'step' | 'names'> | undefined;
  /** Where it first appeared, as computing the same batch again has shown. */
  place: OriginSeen | undefined;
}

interface Limits {
  readonly toleratedSkips: number;
}

class NonFiniteLossCheck implements Check<Evidence> {
  private readonly lastFinite = new Map<string, number>();
  private readonly skips = new Map<string, number>();
  private firstSeen: NonFiniteSeen | undefined;
  private found: Evidence | undefined;
  private place: OriginSeen | undefined;

  constructor(private readonly limits: Limits) {}

  readonly nonFinite = (seen: NonFiniteSeen): undefined => {
    if (seen.where !== 'loss') this.firstSeen ??= seen;
  };

  /** The search takes its time: what was told is told better then. */
  readonly origin = (place: OriginSeen): Evidence | undefined => {
    this.place ??= place;
    if (!this.found || this.found.place) return undefined;
    this.found = { ...this.found, place };
    return this.found;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    for (const series of lossSeries(facts.losses)) {
      const evidence = this.found ? undefined : this.look(series, step);
      if (evidence) return evidence;
    }
    return undefined;
  };

  /** A gradient scaler may yet throw the step away. */
  readonly gate = (step: StepView, facts: RunFacts): Evidence | undefined =>
    step.scalar(SERIES.lossScale) === undefined ? this.step(step, facts) : undefined;

  private look(series: string, step: StepView): Evidence | undefined {
    const value = step.scalar(series);
    if (value === undefined) return undefined;
    if (Number.isFinite(value)) {
      this.lastFinite.set(series, value);
      this.skips.set(series, 0);
      return undefined;
    }
    if (this.tolerated(series, step)) return undefined;
    const origin = this.firstSeen && this.firstSeen.step < step.step ? this.firstSeen : undefined;
    const lastFinite = this.lastFinite.get(series);
    this.found = { series, step: step.step, value, lastFinite, origin, place: this.place };
    return this.found;
  }

  /** A gradient scaler throws an overflowed half-precision step away and goes on with a smaller scale. */
  private tolerated(series: string, step: StepView): boolean {
    if (step.scalar(SERIES.skipped) !== 1) return false;
    const skips = (this.skips.get(series) ?? 0) + 1;
    this.skips.set(series, skips);
    return skips <= this.limits.toleratedSkips;
  }
}

function lossSeries(losses: readonly LossSeen[]): readonly string[] {
  return losses.length === 0 ? [SERIES.loss] : losses.map(({ series }) => series);
}

function message(evidence: Evidence): Text {
  const { step, value, lastFinite, place } = evidence;
  if (place) return placed(place, readable(value), step);
  return lastFinite === undefined
    ? text('The loss is {0} from its first value on, at step {1}.', readable(value), step)
    : text(
        'The loss became {0} at step {1}; its last finite value was {2}.',
        readable(value),
        step,
        readable(lastFinite),
      );
}

/** Names of a module and of the operation in it, as far as they are known: a script may have no modules. */
function nameOf({ module, kind, operation }: OriginSeen): string {
  const name = module && module !== kind ? `${module} (${kind})` : kind;
  return [name, operation].filter((known) => known).join(', ');
}

function placed(place: OriginSeen, value: string, step: number): Text {
  switch (place.direction) {
    case 'input':
      return text('The loss became {0} at step {1}: the data of that step is not finite.', value, step);
    case 'parameter':
      return text(
        'The loss became {0} at step {1}: the weight {2} was not finite any more.',
        value,
        step,
        place.module,
      );
    case 'forward':
    case 'loss':
    case 'backward':
      return computed(place, place.direction, value, step);
  }
}

type Computed = 'forward' | 'loss' | 'backward';

/** What went in is told where it is known: a place may be found without it. */
function computed(place: OriginSeen, direction: Computed, value: string, step: number): Text {
  const range = finiteRange(place);
  return range
    ? withRange(direction, value, step, nameOf(place), range)
    : alone(direction, value, step, nameOf(place));
}

function finiteRange({ inputMin, inputMax }: OriginSeen): [string, string] | undefined {
  if (inputMin === undefined || inputMax === undefined) return undefined;
  const [least, most] = [fromWire(inputMin), fromWire(inputMax)];
  return Number.isFinite(least) && Number.isFinite(most) ? [readable(least), readable(most)] : undefined;
}

function withRange(
  direction: Computed,
  value: string,
  step: number,
  name: string,
  range: [string, string],
): Text {
  switch (direction) {
    case 'forward':
      return text(
        'The loss became {0} at step {1}: it first appeared in the forward pass, in {2}, whose finite inputs went from {3} to {4}.',
        value,
        step,
        name,
        ...range,
      );
    case 'loss':
      return text(
        'The loss became {0} at step {1}: every layer is finite, and the loss computed from outputs between {2} and {3} is not.',
        value,
        step,
        ...range,
      );
    case 'backward':
      return text(
        'The loss became {0} at step {1}: it first appeared in the backward pass, in {2}, whose inputs went from {3} to {4}.',
        value,
        step,
        name,
        ...range,
      );
  }
}

function alone(direction: Computed, value: string, step: number, name: string): Text {
  switch (direction) {
    case 'forward':
      return text(
        'The loss became {0} at step {1}: it first appeared in the forward pass, in {2}.',
        value,
        step,
        name,
      );
    case 'loss':
      return text(
        'The loss became {0} at step {1}: every layer is finite, and the loss computed from their outputs is not.',
        value,
        step,
      );
    case 'backward':
      return text(
        'The loss became {0} at step {1}: it first appeared in the backward pass, in {2}.',
        value,
        step,
        name,
      );
  }
}

function explanation({ lastFinite, origin, place }: Evidence): Text {
  if (
    place &&
    (place.direction === 'forward' || place.direction === 'loss' || place.direction === 'backward')
  ) {
    return text(
      'The same batch was computed again with the same random numbers. Where the inputs are huge, the weights have run away before: lower the learning rate or clip the gradient. Where they are not, the operation itself has no finite result for some of them, as the logarithm or the root of zero.',
    );
  }
  if (origin && origin.names.length > 0) {
    return text(
      'Every weight that this loss reaches is lost with the next update. The first to be non-finite was {0} ({1}) at step {2}.',
      origin.names.slice(0, 3).join(', '),
      origin.where,
      origin.step,
    );
  }
  return lastFinite === undefined
    ? text(
        'Nothing was learned yet, so look at what goes in: non-finite values in inputs or targets, a logarithm or a division by zero.',
      )
    : text(
        'Every weight that this loss reaches is lost with the next update. A learning rate that is too high, a logarithm or square root of zero, or a division by zero are the usual reasons.',
      );
}

function fixes({ lastFinite }: Evidence): Text[] {
  const guard = text('Guard logarithms, roots and divisions with a small epsilon');
  return lastFinite === undefined
    ? [text('Check that inputs and targets are finite before training'), guard]
    : [text('Lower the learning rate'), text('Clip the gradient norm before the optimizer step'), guard];
}

export const nonFiniteLoss = defineRule({
  id: 'non-finite-loss',
  title: text('Loss is not finite'),
  status: 'stable',
  category: 'loss',
  severity: 'error',
  needs: [SERIES.loss],
  thresholds: {
    toleratedSkips: {
      default: 5,
      minimum: 0,
      maximum: 1000,
      unit: 'steps',
      description:
        'Steps in a row with a non-finite loss that are tolerated while a gradient scaler skips their updates.',
      origin:
        'torch.amp.GradScaler starts at a scale of 65536 and halves it at every skip; after five halvings the scale is no longer what overflows.',
    },
  },
  check: (limits) => new NonFiniteLossCheck(limits),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: explanation(evidence),
    anchor: 'loss',
    series: evidence.series,
    ...(evidence.place?.source ? { source: evidence.place.source } : {}),
    fixes: fixes(evidence).map((title) => ({ title, safety: 'suggestion' })),
    values: {
      value: toWire(evidence.value),
      ...(evidence.lastFinite === undefined ? {} : { lastFinite: evidence.lastFinite }),
      ...(evidence.origin
        ? { origin: evidence.origin.names.slice(0, 3).join(', '), originStep: evidence.origin.step }
        : {}),
      ...(evidence.place ? { direction: evidence.place.direction, module: nameOf(evidence.place) } : {}),
      ...(evidence.place?.inputMin === undefined ? {} : { inputMin: evidence.place.inputMin }),
      ...(evidence.place?.inputMax === undefined ? {} : { inputMax: evidence.place.inputMax }),
    },
  }),
  docs: {
    what: 'The training loss is NaN or infinite. It stays so: the gradient of a NaN is NaN, and one update with it makes every weight NaN.',
    why: 'Everything trained so far is lost unless a checkpoint holds it, and every further step is wasted time.',
    how: 'One optimizer step whose loss is NaN, Infinity or -Infinity is enough. Steps whose update a gradient scaler skipped (`skipped` is 1) are healthy in mixed precision: they are tolerated `toleratedSkips` times in a row. The batch of the first such step is computed again with the same random numbers, and the finding names the layer and the direction in which the first non-finite number appeared, and the range of what went in. Without that, it says which gradient or parameter was the first to be non-finite where the probe saw it before the loss. A run whose gradient exploded just before shows `exploding-gradient` as the cause.',
    fix: [
      'Where the loss is non-finite from the first step on, look for non-finite values in the data and for `log(0)` or `0/0` in the loss. Where it became so, lower the learning rate, clip the gradient, and prefer fused losses, which are stable, to writing out the formula:',
      '',
      '```python',
      '# before: log of a probability that underflows to zero',
      'loss = -torch.log(torch.softmax(logits, dim=1)[range(n), y]).mean()',
      '# after',
      'loss = torch.nn.functional.cross_entropy(logits, y)',
      '```',
      '',
      '```js',
      '// before: log of a probability that underflows to zero',
      'const loss = tf.neg(tf.mean(tf.sum(tf.mul(y, tf.log(tf.softmax(logits))), 1)));',
      '// after',
      'const loss = tf.losses.softmaxCrossEntropy(y, logits);',
      '```',
    ].join('\n'),
    wrong:
      'A script that looks for non-finite losses itself and leaves out the update of such steps is told of the first one all the same.',
  },
});
