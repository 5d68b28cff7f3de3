import { type ExceptionSeen, SERIES } from '../../protocol/telemetry.js';
import { type SourceLine, text, type Text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type RunFacts, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  error: string;
  /** Examples a step, where they are known. */
  samples: number | undefined;
  device: number | undefined;
  source: SourceLine | undefined;
}

const KINDS = /OutOfMemoryError$|^MemoryError$/;
const MESSAGES =
  /out of memory|not enough memory|can't allocate memory|cannot allocate memory|OOM when allocating/i;

class OutOfMemoryCheck implements Check<Evidence> {
  private last = -1;
  private samples: number | undefined;
  private device: number | undefined;

  readonly step = (step: StepView): undefined => {
    this.last = step.step;
    this.samples = step.scalar(SERIES.samples) ?? this.samples;
    this.device = step.scalar(SERIES.memoryDevice) ?? this.device;
  };

  readonly exception = ({ kind, message, frames }: ExceptionSeen): Evidence | undefined => {
    if (!KINDS.test(kind) && !MESSAGES.test(message)) return undefined;
    const error = (message.split('\n')[0] ?? kind).slice(0, 200).replace(/\.$/, '');
    return { step: this.last + 1, error, samples: this.samples, device: this.device, source: frames.at(-1) };
  };
}

function message({ step, samples, error }: Evidence): Text {
  return samples === undefined
    ? text('Memory ran out at step {0}: {1}.', step, error)
    : text('Memory ran out at step {0} with {1} examples a step: {2}.', step, samples, error);
}

export const nearOutOfMemory = defineRule({
  id: 'near-out-of-memory',
  title: text('Memory runs out'),
  status: 'stable',
  category: 'resources',
  severity: 'error',
  needs: [],
  thresholds: {},
  check: () => new OutOfMemoryCheck(),
  explain: (evidence: Evidence, _facts: RunFacts) => ({
    severity: 'error',
    step: evidence.step,
    message: message(evidence),
    explanation: text(
      'Activations of a whole batch are kept for the backward pass, so memory grows with the batch. Halve the batch and accumulate gradients over two of them: the result is the same.',
    ),
    anchor: 'backward',
    series: evidence.device === undefined ? null : SERIES.memoryDevice,
    ...(evidence.source && { source: evidence.source }),
    fixes: [
      { title: text('Halve the batch size and accumulate gradients over two batches'), safety: 'suggestion' },
      { title: text('Use mixed precision'), safety: 'suggestion' },
      { title: text('Recompute activations in the backward pass (checkpointing)'), safety: 'suggestion' },
    ],
    values: {
      error: evidence.error,
      ...(evidence.samples === undefined ? {} : { samples: evidence.samples }),
      ...(evidence.device === undefined ? {} : { memoryDevice: readable(evidence.device) }),
    },
  }),
  docs: {
    what: 'The script ended because memory could not be allocated.',
    why: 'A run that ends this way has to be started again, with less to keep in memory at a time.',
    how: 'The exception that ends the script is recognised by its kind (`OutOfMemoryError`, `MemoryError`) or its message; the line is the innermost of the script’s own.',
    fix: [
      '```python',
      '# before',
      'loader = DataLoader(dataset, batch_size=256)',
      '# after',
      'loader = DataLoader(dataset, batch_size=128)',
      'for i, (x, y) in enumerate(loader):',
      '    (criterion(model(x), y) / 2).backward()',
      '    if i % 2 == 1:',
      '        optimizer.step()',
      '        optimizer.zero_grad()',
      '```',
      '',
      '```js',
      '// before',
      'await model.fit(x, y, { batchSize: 256 });',
      '// after',
      'await model.fit(x, y, { batchSize: 128 });',
      '```',
    ].join('\n'),
    wrong:
      'A process that the operating system kills for its memory raises no exception: the run then ends with signal 9, and this rule has nothing to say.',
  },
});
