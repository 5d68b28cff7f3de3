import type {
  ActivationMeasures,
  Batch,
  ExceptionSeen,
  LayersSeen,
  LossFailed,
  LossSeen,
  ParametersSeen,
} from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { shapeText, StepCounter } from '../lossFacts.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  /**
   * `channels`: the dimension of the channels is elsewhere. `missing`: there is none. `classes`: as `channels`, of the
   * loss. `sequence`: examples where a layer takes the positions of a sequence.
   */
  kind: 'channels' | 'missing' | 'classes' | 'sequence';
  shape: number[];
  /** Channels, classes or examples. */
  expected: number;
  /** Class of the layer, of sequences. */
  layer?: string;
  source: SourceLine | undefined;
}

const SIZES = /(?:input|size)\s?\[([\d, ]+)\] to have (\d+) channels?, but got (\d+)/;
/** Sides of an image are longer than this, its channels fewer. */
const FEW_CHANNELS = 4;
const LEAST_SIDE = 8;

/** An image of few channels whose sides are where the channels should be. */
function isMisplaced(shape: readonly number[], framework: string | undefined): boolean {
  const [, a = 0, b = 0, c = 0] = shape;
  if (framework === 'tfjs') return a < FEW_CHANNELS && b === c && b >= LEAST_SIDE;
  return c < FEW_CHANNELS && a === b && a >= LEAST_SIDE;
}

type Layer = LayersSeen['layers'][number];

/** Hand their input on to the attention inside of them as it is, which says which axis the examples are. */
const BLOCK = /^Transformer(Encoder|Decoder)Layer$/;

function saysLayout({ name, kind, batchFirst }: Layer, { layers }: LayersSeen): boolean | undefined {
  if (!BLOCK.test(kind)) return batchFirst;
  return batchFirst ?? layers.find((one) => one.name === `${name}.self_attn`)?.batchFirst;
}

/** The layer itself or the nearest one around it that takes sequences with the examples second. */
function timeFirstLayer(at: number, seen: LayersSeen): Layer | undefined {
  const name = seen.layers[at]?.name;
  if (name === undefined) return undefined;
  const isAround = (one: Layer) => one.name === name || one.name === '' || name.startsWith(`${one.name}.`);
  const around = seen.layers.filter(isAround).sort((a, b) => b.name.length - a.name.length);
  const nearest = around.find((one) => saysLayout(one, seen) !== undefined);
  return nearest && saysLayout(nearest, seen) === false ? nearest : undefined;
}

/** One target for each example of the first axis, where the layer takes the second for the examples. */
function hasExamplesFirst(
  [first, second]: readonly number[],
  [examples, ...rest]: readonly number[],
): boolean {
  return (
    first === examples && second !== examples && second !== rest[0] && (second ?? 1) > 1 && (first ?? 1) > 1
  );
}

class WrongDataLayoutCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  private input: number[] | undefined;
  private kernel: number[] | undefined;
  private told = false;

  readonly step = this.steps.count;

  readonly batch = ({ tensors }: Batch, facts: RunFacts): Evidence | undefined => {
    this.input ??= tensors.find(({ name, shape }) => name !== 'target' && shape.length === 4)?.shape;
    return this.compare(facts);
  };

  readonly parameters = ({ parameters }: ParametersSeen, facts: RunFacts): Evidence | undefined => {
    const [first] = parameters;
    if (first?.shape.length === 4) this.kernel ??= first.shape;
    return this.compare(facts);
  };

  readonly activations = ({ layers: ran }: ActivationMeasures, facts: RunFacts): Evidence | undefined => {
    const [loss, ...others] = facts.losses;
    if (!loss?.targetShape || !facts.layers || others.length > 0) return undefined;
    for (const { layer, inputShape } of ran) {
      if (!inputShape || !hasExamplesFirst(inputShape, loss.targetShape)) continue;
      const owner = timeFirstLayer(layer, facts.layers);
      if (owner) return this.evidence('sequence', inputShape, inputShape[0] ?? 0, owner.source, owner.kind);
    }
    return undefined;
  };

  readonly exception = ({ message, frames }: ExceptionSeen): Evidence | undefined => {
    const [, sizes, expected] = SIZES.exec(message) ?? [];
    if (sizes === undefined) return undefined;
    const shape = sizes.split(',').map(Number);
    const wanted = Number(expected);
    // PyTorch takes three dimensions for one example, and puts a one in front.
    const single = shape.length === 4 && shape[0] === 1 && wanted === 1;
    const elsewhere = shape.lastIndexOf(wanted) > 1;
    if (!single && !elsewhere) return undefined;
    return this.evidence(
      single ? 'missing' : 'channels',
      single ? shape.slice(1) : shape,
      wanted,
      frames.at(-1),
    );
  };

  readonly loss = (loss: LossSeen): Evidence | undefined => this.judgeLoss(loss);

  readonly lossFailed = (failed: LossFailed): Evidence | undefined => this.judgeLoss(failed);

  /** Cross-entropy wants the classes right behind the batch: (N, C, T) for a target (N, T). */
  private judgeLoss(loss: LossSeen | LossFailed): Evidence | undefined {
    const { function: name, outputShape: output, targetShape: target, source } = loss;
    if (loss.type !== 'lossFailed' || !output || !target || !/cross_entropy|nll_loss/.test(name))
      return undefined;
    const sequence = output.length === 3 && target.length === 2 && output[0] === target[0];
    if (!sequence || output[1] !== target[1] || output[2] === target[1]) return undefined;
    return this.evidence('classes', output, output[2] ?? 0, source);
  }

  /** A first kernel that takes as many channels as the input has rows: nothing fails, and nothing fits. */
  private compare(facts: RunFacts): Evidence | undefined {
    const { input, kernel } = this;
    const framework = facts.hello?.framework;
    if (!input || !kernel || !isMisplaced(input, framework)) return undefined;
    const channels = framework === 'tfjs' ? kernel[2] : kernel[1];
    const taken = framework === 'tfjs' ? input[3] : input[1];
    return channels === taken ? this.evidence('channels', input, channels ?? 0, undefined) : undefined;
  }

  private evidence(
    kind: Evidence['kind'],
    shape: number[],
    expected: number,
    source: SourceLine | undefined,
    layer?: string,
  ): Evidence | undefined {
    if (this.told) return undefined;
    this.told = true;
    return { step: this.steps.current, kind, shape, expected, source, ...(layer !== undefined && { layer }) };
  }
}

function message({ kind, shape, expected, layer = '' }: Evidence): Text {
  switch (kind) {
    case 'missing':
      return text(
        'The inputs have shape {0}, without a dimension for the one channel: the examples are taken for channels.',
        shapeText(shape),
      );
    case 'channels':
      return text(
        'The inputs have shape {0}; the first convolution takes {1} channels, and looks for them in another dimension than they are in.',
        shapeText(shape),
        expected,
      );
    case 'sequence':
      return text(
        'The input of {0} has shape {1}, with the {2} examples first; it takes the first dimension for time.',
        layer,
        shapeText(shape),
        expected,
      );
    case 'classes':
      return text(
        'The output has shape {0}, with the {1} classes last; this loss wants them right after the batch.',
        shapeText(shape),
        expected,
      );
  }
}

function fixOf({ kind }: Evidence): Text {
  if (kind === 'missing') return text('Add the dimension of the channel, by unsqueeze(1)');
  if (kind === 'sequence') return text('Build the layer with batch_first=True');
  return text('Move the dimension by permute or transpose, not by reshape');
}

export const wrongDataLayout = defineRule({
  id: 'wrong-data-layout',
  title: text('Dimensions in the wrong order'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new WrongDataLayoutCheck(),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation:
      evidence.kind === 'sequence'
        ? text(
            'The layer goes from one example to the next as if they were moments of one sequence, and takes moments for examples: what it says of an example depends on the others in the batch.',
          )
        : text(
            'PyTorch keeps images as (N, C, H, W) and the scores of sequences as (N, C, T); TensorFlow.js keeps images as [N, H, W, C]. Move the dimension; a reshape would mix up the numbers.',
          ),
    anchor: evidence.kind === 'classes' ? 'loss' : 'loader',
    series: null,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [{ title: fixOf(evidence), safety: 'suggestion' }],
    values: { shape: shapeText(evidence.shape), expected: evidence.expected },
  }),
  docs: {
    what: 'Images with the channels last where they are wanted first or the reverse, images without a dimension for their channel, scores with the classes last where the loss wants them second, or sequences with the examples first for a layer that takes time first.',
    why: 'Mostly the framework raises an error. Where sizes happen to agree it does not: a convolution then slides over colours and columns instead of rows and columns, and learns little.',
    how: 'PyTorch’s error about the number of channels, where the shape holds that number elsewhere or has a dimension too few; an error of a cross-entropy over an output `(N, T, C)` with a target `(N, T)`; or, without an error, a square image of at most three channels whose rows are as many as the first convolution’s input channels and are where it looks for channels. Of recurrent and attention layers of PyTorch that were built without `batch_first=True`: the first dimension of the input is as long as the target, which has one entry for each example, and the second is not.',
    fix: [
      'Move the dimension of the channels:',
      '',
      '```python',
      '# before: (N, H, W, C)',
      'x = torch.tensor(images)',
      '# after',
      'x = torch.tensor(images).permute(0, 3, 1, 2)',
      '```',
      '',
      '```js',
      '// before: [N, C, H, W]',
      'const x = tf.tensor4d(images, [n, 3, 32, 32]);',
      '// after',
      'const x = tf.tensor4d(images, [n, 3, 32, 32]).transpose([0, 2, 3, 1]);',
      '```',
    ].join('\n'),
    wrong: 'Data that is no image, with dimensions that look like one.',
  },
});
