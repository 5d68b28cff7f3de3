import type { ExceptionSeen, LossFailed, ParametersSeen } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { StepCounter } from '../lossFacts.js';
import { type Check, defineRule, type RunFacts } from '../rule.js';

interface Evidence {
  step: number;
  /** What the framework said, or the types that do not go together. */
  told: string;
  kind: 'refused' | 'half';
  source: SourceLine | undefined;
}

/** What frameworks say where types do not go together. */
const REFUSALS: readonly RegExp[] = [
  /expected (target dtype|scalar type|m1 and m2|dtype|floating point type|tensor for argument #\d+ '\w+' to have (one of the following )?scalar type)/i,
  /mat\w* and mat\w* must have the same dtype/i,
  /should be the same( type)?$|type \([^)]*\) and (weight|bias) type/i,
  /not implemented for '(Byte|Char|Short|Int|Long|Bool|Half)'/i,
  /result type \w+ can't be cast to/i,
  /Found dtype \w+ but expected \w+/i,
  /only Tensors of floating point( and complex)? dtype can require gradients/i,
  /passed to '\w+' must be (a )?(numeric|float32|int32)/i,
  /dtypes? of .* must match|must be (of dtype )?(float32|int32|bool)( tensor)?[,.]? but (got|was|dtype)/i,
];

const isRefusal = (message: string): boolean => REFUSALS.some((one) => one.test(message));

/** Adam's default epsilon is zero in float16, whose smallest number is 6e-8: the update divides by zero. */
const SMALLEST_HALF = 6e-8;

class WrongDataTypeCheck implements Check<Evidence> {
  private readonly steps = new StepCounter();
  private told = false;

  readonly step = this.steps.count;

  readonly lossFailed = (failed: LossFailed): Evidence | undefined =>
    isRefusal(failed.message) ? this.refused(failed.message, failed.source) : undefined;

  readonly exception = ({ message, frames }: ExceptionSeen): Evidence | undefined =>
    isRefusal(message) && !this.told ? this.refused(message, frames.at(-1)) : undefined;

  readonly parameters = ({ parameters }: ParametersSeen, facts: RunFacts): Evidence | undefined => {
    const trained = parameters.filter(
      ({ optimizer, requiresGrad }) => optimizer >= 0 && requiresGrad !== false,
    );
    const half = trained.find(
      ({ dtype, optimizer }) => dtype === 'float16' && dividesByZero(facts, optimizer),
    );
    if (!half || this.told) return undefined;
    this.told = true;
    return { step: this.steps.current, kind: 'half', told: half.name, source: undefined };
  };

  private refused(message: string, source: SourceLine | undefined): Evidence {
    this.told = true;
    return { step: this.steps.current, kind: 'refused', told: firstLine(message), source };
  }
}

function dividesByZero({ optimizers }: RunFacts, id: number): boolean {
  const optimizer = optimizers.find((one) => one.id === id);
  const eps = optimizer?.groups[0]?.options['eps'];
  return /adam|rmsprop/i.test(optimizer?.name ?? '') && typeof eps === 'number' && eps < SMALLEST_HALF;
}

function firstLine(message: string): string {
  const [line = ''] = message.split('\n');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function message({ kind, told }: Evidence): Text {
  return kind === 'refused'
    ? text('Types of numbers do not go together: {0}', told.endsWith('.') ? told : `${told}.`)
    : text('The weights ({0}) are float16, in which the epsilon of this optimizer is zero.', told);
}

export const wrongDataType = defineRule({
  id: 'wrong-data-type',
  title: text('Wrong type of numbers'),
  status: 'stable',
  category: 'data',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new WrongDataTypeCheck(),
  explain: (evidence: Evidence) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation:
      evidence.kind === 'refused'
        ? text(
            'Inputs are float32 as a rule, class labels int64 (int32 in TensorFlow.js), targets of regressions and binary labels float32. NumPy and JSON give float64 and whole numbers unless told otherwise.',
          )
        : text(
            'Where the squared gradient underflows as well, the update divides by zero and the weights become NaN. Mixed precision keeps the weights in float32.',
          ),
    anchor: evidence.kind === 'half' ? 'optimizer' : 'loss',
    series: null,
    ...(evidence.source ? { source: evidence.source } : {}),
    fixes: [
      evidence.kind === 'refused'
        ? { title: text('Convert inputs and targets to the type that is asked for'), safety: 'suggestion' }
        : { title: text('Keep the weights in float32 and compute under autocast'), safety: 'suggestion' },
    ],
    values: { told: evidence.told },
  }),
  docs: {
    what: 'Inputs, targets or weights have a type of number that the operation does not take, or cannot be trained with.',
    why: 'The framework ends the script with an error whose words are about its own insides. Weights in float16 train for some steps and become NaN.',
    how: 'An exception, of the loss function or of the script, in the words by which PyTorch and TensorFlow.js refuse types; or trained parameters in float16 whose optimizer adds an epsilon below 6e-8, which is zero in float16. Data in float64 is slow but right, and is not reported.',
    fix: [
      'Say the types when tensors are made:',
      '',
      '```python',
      '# before: float64 from NumPy, float labels',
      'x, y = torch.from_numpy(table), torch.tensor(labels, dtype=torch.float32)',
      'loss = F.cross_entropy(model(x), y)',
      '# after',
      'x, y = torch.from_numpy(table).float(), torch.tensor(labels, dtype=torch.int64)',
      'loss = F.cross_entropy(model(x), y)',
      '```',
      '',
      '```js',
      '// before',
      "const y = tf.tensor1d(labels, 'int32');",
      'const loss = tf.losses.meanSquaredError(y, model.predict(x));',
      '// after',
      "const y = tf.tensor1d(labels, 'float32');",
      'const loss = tf.losses.meanSquaredError(y, model.predict(x));',
      '```',
    ].join('\n'),
    wrong: 'A script that catches the error and goes on with another type is told of it all the same.',
  },
});
