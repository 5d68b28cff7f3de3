import { wrongDataLayout } from '../../../src/diagnosis/rules/wrong-data-layout.js';
import type { ProbeMessage } from '../../../src/protocol/telemetry.js';
import { batchSeen, exceptionSeen, hello, LOADER_LINE, loaderSeen, lossFailed, tensor } from '../messages.js';
import { LINES, type RuleCase, testRule } from '../ruleTester.js';

function kernel(shape: number[]): ProbeMessage {
  const parameter = { name: 'conv.weight', shape, dtype: 'float32', device: 'cpu', layer: 0, optimizer: 0 };
  return { type: 'parameters', parameters: [parameter] };
}

function images(name: string, framework: 'pytorch' | 'tfjs', shape: number[], weight: number[]): RuleCase {
  return {
    name,
    messages: [hello(framework), loaderSeen(), batchSeen(0, tensor({ shape })), kernel(weight)],
  };
}

const wanted = (size: string, channels: number, got: number) =>
  `Given groups=1, weight of size [16, ${channels}, 3, 3], expected input[${size}] to have ${channels} channels, but got ${got} channels instead`;

testRule(wrongDataLayout, {
  silent: [
    images('channels first in PyTorch', 'pytorch', [16, 3, 32, 32], [8, 3, 3, 3]),
    images('channels last in TensorFlow.js', 'tfjs', [16, 32, 32, 3], [3, 3, 3, 8]),
    images('a spectrogram', 'pytorch', [16, 64, 100, 3], [8, 64, 3, 3]),
    images('channels first, and a layer that is told so', 'tfjs', [16, 3, 32, 32], [3, 3, 3, 8]),
    { name: 'another number of channels', messages: [exceptionSeen(wanted('16, 4, 32, 32', 3, 4))] },
    {
      name: 'a loss that fails for other reasons',
      messages: [
        lossFailed({ outputShape: [8, 5, 7], targetShape: [8, 7], message: 'Target 9 is out of bounds.' }),
      ],
    },
    { name: 'another exception', messages: [exceptionSeen('division by zero')] },
  ],
  fires: [
    {
      name: 'channels last, which PyTorch refuses',
      messages: [exceptionSeen(wanted('16, 32, 32, 3', 3, 32))],
      step: 0,
      line: LINES.loss,
      evidence: { shape: '(16, 32, 32, 3)', expected: 3 },
      message: /^The inputs have shape \(16, 32, 32, 3\); the first convolution takes 3 channels/,
    },
    {
      name: 'no dimension for the channel',
      messages: [exceptionSeen(wanted('1, 64, 28, 28', 1, 64))],
      step: 0,
      line: LINES.loss,
      evidence: { shape: '(64, 28, 28)' },
      message: /without a dimension for the one channel/,
    },
    {
      name: 'classes last',
      messages: [
        lossFailed({
          outputShape: [8, 20, 50],
          targetShape: [8, 20],
          message: 'Expected target size [8, 50], got [8, 20]',
        }),
      ],
      step: 0,
      line: LINES.loss,
      evidence: { shape: '(8, 20, 50)', expected: 50 },
    },
    {
      ...images('channels first in TensorFlow.js, and nothing fails', 'tfjs', [16, 3, 32, 32], [3, 3, 32, 8]),
      step: 0,
      line: LOADER_LINE,
      evidence: { expected: 32 },
    },
    {
      ...images('channels last in PyTorch, and nothing fails', 'pytorch', [16, 28, 28, 1], [8, 28, 1, 1]),
      step: 0,
      line: LOADER_LINE,
      evidence: { expected: 28 },
    },
  ],
});
