import { type ExceptionSeen, type ParameterMeasures, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { optimizerOf } from '../facts.js';
import { readable } from '../format.js';
import { type GradientCut, GradientPresence } from '../gradientPresence.js';
import { layerLine } from '../parameterTable.js';
import { type Anchor, type Check, defineRule, type Limits, type RunFacts, type StepView } from '../rule.js';

type Kind =
  /** backward() itself failed. */
  | { kind: 'failed'; message: string; source: SourceLine | undefined }
  /** The optimizer finds no gradient at all; `elsewhere` where its model never ran either. */
  | { kind: 'none'; elsewhere: boolean }
  /** All gradients are exactly zero. */
  | { kind: 'zero'; loss: number }
  /** The layers in front of some point get none. */
  | ({ kind: 'cut' } & GradientCut);

type Evidence = { step: number; series: string; steps: number } & Kind;

const thresholds = {
  steps: {
    default: 3,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'First steps of an optimizer in a row without any gradient, or with only zeros.',
    origin:
      'A script may call step() once before its first backward(), and one batch may have a gradient of zero.',
  },
  measures: {
    default: 2,
    minimum: 1,
    maximum: 1000,
    unit: 'steps',
    description: 'Measured steps without a gradient for layers while others have one.',
    origin: 'Two different batches go through all of a model unless it has branches.',
  },
};

/** What PyTorch and TensorFlow.js say when nothing leads from the loss to a parameter. */
const NO_PATH =
  /does not require grad and does not have a grad_fn|Cannot find a connection between any variable and the result of the loss function|Cannot compute gradient of y=f\(x\) with respect to x/;

/** Follows one optimizer's gradient norm from its first step. */
class Beginning {
  private absent = 0;
  private zero = 0;
  private over = false;

  constructor(
    private readonly series: string,
    private readonly steps: number,
  ) {}

  follow(step: StepView, loss: number | undefined, facts: RunFacts): Evidence | undefined {
    if (this.over || loss === undefined || !Number.isFinite(loss) || step.scalar(SERIES.skipped) === 1)
      return undefined;
    const norm = step.scalar(this.series);
    if (norm === undefined && mayBeUnmeasured(facts)) return undefined;
    this.absent = norm === undefined ? this.absent + 1 : 0;
    this.zero = norm === 0 && loss !== 0 && !isMisplaced(facts) ? this.zero + 1 : 0;
    const found = Math.max(this.absent, this.zero);
    this.over = found === 0 || found >= this.steps;
    if (found < this.steps) return undefined;
    const begun = { series: this.series, step: step.step, steps: found };
    return norm === undefined
      ? { ...begun, kind: 'none', elsewhere: facts.activations === undefined }
      : { ...begun, kind: 'zero', loss };
  }
}

/** Of a further model only some steps are measured in TensorFlow.js, which raises an error where no gradient is. */
function mayBeUnmeasured({ hello }: RunFacts): boolean {
  return hello?.framework === 'tfjs';
}

/** Clipping where there are no gradients says that their norm is zero. */
function isMisplaced(facts: RunFacts): boolean {
  return facts.clippings.some(({ gradients }) => gradients === 'stale');
}

class NoGradientCheck implements Check<Evidence> {
  private readonly beginnings = new Map<string, Beginning>();
  private readonly presence: GradientPresence;
  private found = false;
  private measured = true;
  private next = 0;

  constructor(private readonly limits: Limits<typeof thresholds>) {
    this.presence = new GradientPresence(limits.measures);
  }

  readonly notice = ({ code }: { code: string }): undefined => {
    if (code === 'measure-disabled') this.measured = false;
  };

  readonly exception = (seen: ExceptionSeen): Evidence | undefined => {
    if (this.found || !NO_PATH.test(seen.message)) return undefined;
    this.found = true;
    const [message = ''] = seen.message.split('\n');
    const source = seen.frames.at(-1);
    return { kind: 'failed', step: this.next, series: SERIES.gradNorm, steps: 0, message, source };
  };

  readonly nonFinite = (): undefined => {
    this.presence.stop();
  };

  readonly parameterMeasures = (seen: ParameterMeasures, facts: RunFacts): Evidence | undefined => {
    if (this.found) return undefined;
    this.presence.add(seen, facts);
    const cut = this.presence.cut(facts);
    if (!cut) return undefined;
    this.found = true;
    return { kind: 'cut', step: seen.step, series: SERIES.gradNorm, steps: this.limits.measures, ...cut };
  };

  readonly step = (step: StepView, facts: RunFacts): Evidence | undefined => {
    this.next = step.step + 1;
    if (this.found || !this.measured) return undefined;
    const optimizer = optimizerThatStepped(step);
    if (optimizer === undefined) return undefined;
    const series = optimizer === 0 ? SERIES.gradNorm : `${SERIES.gradNorm}/${optimizer}`;
    const known = this.beginnings.get(series) ?? new Beginning(series, this.limits.steps);
    this.beginnings.set(series, known);
    const evidence = known.follow(step, lossOf(step, optimizer, facts), facts);
    this.found = evidence !== undefined;
    return evidence;
  };
}

/** Each step has the learning rates of the optimizer that took it: `lr/0`, of a further one `lr/1.0`. */
function optimizerThatStepped(step: StepView): number | undefined {
  for (const series of step.series) {
    if (!series.startsWith(`${SERIES.learningRate}/`) || step.scalar(series) === undefined) continue;
    return series.includes('.') ? optimizerOf(series) : 0;
  }
  return undefined;
}

function lossOf(step: StepView, optimizer: number, facts: RunFacts): number | undefined {
  const own = facts.losses.find((loss) => loss.optimizer === optimizer);
  return own && step.scalar(own.series);
}

function message(evidence: Evidence): Text {
  switch (evidence.kind) {
    case 'failed':
      return text('No gradient can be computed: {0}', ensureStop(evidence.message));
    case 'none':
      return text('No parameter of the optimizer had a gradient in its first {0} steps.', evidence.steps);
    case 'zero':
      return text(
        'The gradient of every parameter was exactly zero for {0} steps, while the loss was {1}.',
        evidence.steps,
        readable(evidence.loss),
      );
    case 'cut':
      return text(
        'Of {1} weights {0} never get a gradient: nothing leads back from the loss through {2}, though the layers after it do learn.',
        evidence.without,
        evidence.of,
        evidence.last,
      );
  }
}

function ensureStop(sentence: string): string {
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

function explanation(evidence: Evidence): Text {
  switch (evidence.kind) {
    case 'failed':
      return text(
        'The loss does not depend on any parameter by operations that record gradients. Look for detach(), .data, .item(), numpy, argmax, round, a comparison, no_grad() or a new tensor made of old values between the model and the loss, or for parameters that are all frozen.',
      );
    case 'none':
      return evidence.elsewhere
        ? text(
            'The updates change nothing: the model whose parameters the optimizer holds was not seen to run. It was copied, wrapped or built anew after the optimizer was made, or the loss is computed by another one.',
          )
        : text(
            'The updates change nothing. Either zero_grad() is called between backward() and step(), or the loss is a new tensor made of numbers, or the optimizer holds other parameters than those that compute it.',
          );
    case 'zero':
      return text(
        'The updates change nothing. Either zero_grad() is called between backward() and step(), or the output is constant: dead ReLUs, weights that are all zero, a fully saturated activation.',
      );
    case 'cut':
      return text(
        'These layers keep their random weights for the whole training. Look between this layer and the next for detach(), .data, .item(), numpy, argmax, no_grad() or a new tensor made of old values.',
      );
  }
}

function fixes(evidence: Evidence): Text[] {
  const order = text('Call zero_grad() before backward(), not between backward() and step()');
  const path = text('Keep to differentiable tensor operations from the parameters to the loss');
  switch (evidence.kind) {
    case 'none': {
      const same = text('Build the optimizer from the parameters of the model that computes the loss');
      return evidence.elsewhere ? [same] : [order, same];
    }
    case 'zero':
      return [order, text('Check the initial weights and the activations in front of the loss')];
    default:
      return [path];
  }
}

function anchorOf(evidence: Evidence): Anchor {
  if (evidence.kind === 'cut') return 'layer';
  return evidence.kind === 'none' && evidence.elsewhere ? 'optimizer' : 'backward';
}

export const noGradient = defineRule({
  id: 'no-gradient',
  title: text('Parameters get no gradient'),
  status: 'stable',
  category: 'gradients',
  severity: 'error',
  needs: [],
  thresholds,
  check: (limits) => new NoGradientCheck(limits),
  explain: (evidence: Evidence, facts: RunFacts) => {
    const source =
      evidence.kind === 'failed'
        ? evidence.source
        : evidence.kind === 'cut'
          ? layerLine(facts, evidence.layer)
          : undefined;
    return {
      severity: 'error',
      step: evidence.step,
      message: message(evidence),
      explanation: explanation(evidence),
      anchor: anchorOf(evidence),
      series: evidence.series,
      ...(source ? { source } : {}),
      fixes: fixes(evidence).map((title) => ({ title, safety: 'suggestion' as const })),
      values: {
        kind: evidence.kind,
        ...(evidence.kind === 'cut'
          ? { without: evidence.without, of: evidence.of, first: evidence.first, last: evidence.last }
          : {}),
        ...(evidence.kind === 'zero' ? { loss: evidence.loss } : {}),
      },
    };
  },
  docs: {
    what: 'The loss sends no gradient to parameters that the optimizer is to train: to none at all, or not to the layers in front of some point of the model.',
    why: 'A parameter without a gradient keeps its random initial value. The script runs and the loss may even fall a little, by what the remaining layers can do.',
    how: [
      'One of these, whichever is seen first:',
      '',
      '- `backward()` (in TensorFlow.js `variableGrads`, `minimize` or `fit`) raises an exception because nothing leads from the loss to a parameter.',
      '- In the first `steps` steps of an optimizer none of its parameters has a gradient.',
      '- In the first `steps` steps every gradient is exactly zero while the loss is not.',
      '- In `measures` measured steps all layers that run before some point have no gradient, although they are held by the optimizer and not frozen, and layers after it have. Layers that never run (unused heads, experts, dropped layers), branches built like another one (target networks, moving averages), and models whose weights were loaded are not counted.',
    ].join('\n'),
    fix: [
      'Stay with differentiable tensor operations between parameters and loss:',
      '',
      '```python',
      '# before: a new tensor of old values has no history',
      'features = torch.tensor(encoder(x).tolist())',
      'loss = criterion(head(features), y)',
      '# after',
      'loss = criterion(head(encoder(x)), y)',
      '```',
      '',
      '```js',
      '// before: a new tensor of old values has no history',
      'const features = tf.tensor(encoder.apply(x).arraySync());',
      'return loss(head.apply(features), y);',
      '// after',
      'return loss(head.apply(encoder.apply(x)), y);',
      '```',
    ].join('\n'),
    wrong:
      'A random front part that is left untrained on purpose, by no_grad() and not by requires_grad=False, while the optimizer holds its parameters.',
  },
});
