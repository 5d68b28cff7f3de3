import { type NonFiniteSeen, type OriginSeen, SERIES } from '../../protocol/telemetry.js';
import { fromWire, text, type Text, toWire } from '../../protocol/values.js';
import { optimizerOf } from '../facts.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  series: string;
  step: number;
  norm: number;
  loss: number;
  names: readonly string[];
  origin: OriginSeen | undefined;
}

const thresholds = {
  toleratedSkips: {
    default: 5,
    minimum: 0,
    maximum: 1000,
    unit: 'steps',
    description: 'Steps in a row with such a gradient that are tolerated while a gradient scaler skips them.',
    origin:
      'torch.amp.GradScaler starts at a scale of 65536 and halves it at every skip; after five halvings the scale is no longer what overflows.',
  },
};

class NonFiniteGradientCheck implements Check<Evidence> {
  private found: Evidence | undefined;
  private seen: NonFiniteSeen | undefined;
  private over = false;
  private skips = 0;

  constructor(private readonly toleratedSkips: number) {}

  readonly nonFinite = (seen: NonFiniteSeen): undefined => {
    if (seen.where === 'gradient') this.seen ??= seen;
  };

  readonly origin = (seen: OriginSeen): Evidence | undefined => {
    if (!this.found || seen.direction !== 'backward') return undefined;
    this.found = { ...this.found, origin: seen };
    return this.found;
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    if (this.over) return undefined;
    // A loss that is not finite itself is another rule's, from here on.
    this.over = facts.losses.some(({ series }) => !Number.isFinite(step.scalar(series) ?? 0));
    for (const series of step.series) {
      if (series !== SERIES.gradNorm && !series.startsWith(`${SERIES.gradNorm}/`)) continue;
      const norm = step.scalar(series);
      if (!this.over && norm !== undefined && this.look(norm, series, step, facts)) return this.found;
    }
    return undefined;
  };

  /** A gradient scaler may yet throw the step away. */
  readonly gate = (step: StepView, facts: RunFacts): Evidence | undefined =>
    step.scalar(SERIES.lossScale) === undefined ? this.step(step, facts) : undefined;

  private look(norm: number, series: string, step: StepView, facts: RunFacts): boolean {
    const loss = step.scalar(lossSeries(series, facts));
    if (Number.isFinite(norm)) this.skips = 0;
    if (Number.isFinite(norm) || loss === undefined) return false;
    if (step.scalar(SERIES.skipped) === 1 && ++this.skips <= this.toleratedSkips) return false;
    this.over = true;
    const names = this.seen && this.seen.step <= step.step ? this.seen.names : [];
    const origin = facts.origin?.direction === 'backward' ? facts.origin : undefined;
    this.found = { series, step: step.step, norm, loss, names, origin };
    return true;
  }
}

function lossSeries(series: string, facts: RunFacts): string {
  const own = facts.losses.find(({ optimizer }) => optimizer === optimizerOf(series));
  return own?.series ?? facts.losses[0]?.series ?? SERIES.loss;
}

function nameOf({ module, kind, operation }: OriginSeen): string {
  const whole = module === '' ? kind : module;
  return operation === undefined ? whole : `${whole} (${operation})`;
}

function message({ step, norm, loss, names, origin }: Evidence): Text {
  if (origin) {
    return text(
      'The gradient is {0} at step {1} while the loss is {2}; it first is so in what leaves {3} backwards.',
      readable(norm),
      step,
      readable(loss),
      nameOf(origin),
    );
  }
  return names.length === 0
    ? text('The gradient is {0} at step {1} while the loss is {2}.', readable(norm), step, readable(loss))
    : text(
        'The gradient is {0} at step {1} while the loss is {2}: first seen in {3}.',
        readable(norm),
        step,
        readable(loss),
        names.slice(0, 3).join(', '),
      );
}

function range({ origin }: Evidence): Record<string, number | 'NaN' | 'Infinity' | '-Infinity'> {
  return {
    ...(origin?.inputMin === undefined ? {} : { inputMin: toWire(fromWire(origin.inputMin)) }),
    ...(origin?.inputMax === undefined ? {} : { inputMax: toWire(fromWire(origin.inputMax)) }),
  };
}

export const nonFiniteGradient = defineRule({
  id: 'non-finite-gradient',
  title: text('Gradient is not finite'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [SERIES.gradNorm],
  thresholds,
  check: ({ toleratedSkips }) => new NonFiniteGradientCheck(toleratedSkips),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'The loss is computed well, its derivative is not, and the update makes the weights non-finite. A square root or a norm at zero, a logarithm or a power at zero, 0 · infinity behind where(), and a division by a number that underflows are the usual reasons.',
    ),
    anchor: 'backward',
    series: evidence.series,
    ...(evidence.origin?.source ? { source: evidence.origin.source } : {}),
    fixes: [
      {
        title: text('Add a small epsilon inside of the root, the norm or the logarithm'),
        safety: 'suggestion',
      },
      {
        title: text('Replace the dangerous values before the operation, not after it with where()'),
        safety: 'suggestion',
      },
    ],
    values: {
      norm: toWire(evidence.norm),
      loss: evidence.loss,
      parameters: evidence.names.slice(0, 3).join(', '),
      ...(evidence.origin ? { module: evidence.origin.module, ...range(evidence) } : {}),
    },
  }),
  docs: {
    what: 'The gradient holds NaN or infinity although the loss is finite.',
    why: 'The update with it makes weights NaN, and from the next step on the loss is NaN as well: all that was learned is lost, and the operation that caused it is no longer to be seen.',
    how: 'The norm of the gradient is NaN or infinite at a step whose loss is finite; one step is enough. Steps that a gradient scaler skipped are tolerated `toleratedSkips` times in a row. The probe runs the batch again with the same random state to find the first module whose gradient is not finite; the finding is on its line where that is known. A loss that is not finite is the matter of `non-finite-loss`.',
    fix: [
      'Keep away from the points where the derivative is infinite:',
      '',
      '```python',
      '# before: the derivative of a root is infinite at zero',
      'distance = torch.sqrt(((a - b) ** 2).sum(1))',
      '# after',
      'distance = torch.sqrt(((a - b) ** 2).sum(1) + 1e-12)',
      '```',
      '',
      '```js',
      '// before: the derivative of a root is infinite at zero',
      'const distance = a.sub(b).square().sum(1).sqrt();',
      '// after',
      'const distance = a.sub(b).square().sum(1).add(1e-12).sqrt();',
      '```',
    ].join('\n'),
    wrong:
      'A script that looks at the gradient itself and leaves such updates out after `step()` was called is told of the first one all the same.',
  },
});
