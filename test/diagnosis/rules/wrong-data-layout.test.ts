import { wrongDataLayout } from '../../../src/diagnosis/rules/wrong-data-layout.js';
import type { LayersSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { batchSeen, exceptionSeen, hello, LOADER_LINE, loaderSeen, lossFailed, tensor } from '../messages.js';
import { activation, activationsSeen } from '../modelMessages.js';
import { at, LINES, lossSeen, type RuleCase, testRule } from '../ruleTester.js';

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

/** A recurrent layer inside of a model. */
function sequences(name: string, shape: number[], target: number[], batchFirst?: boolean): RuleCase {
  const inner = {
    name: 'inner',
    kind: 'LSTM',
    source: at(7),
    ...(batchFirst !== undefined && { batchFirst }),
  };
  const layers: ProbeMessage = { type: 'layers', layers: [{ name: '', kind: 'Net' }, inner] };
  const ran = activationsSeen(0, activation(1, 'LSTM', { inputShape: shape }));
  return { name, messages: [hello(), layers, lossSeen({ targetShape: target }), ran] };
}

/** The normalisation inside of a block with attention. */
function block(name: string, shape: number[], batchFirst: boolean): RuleCase {
  const layers: LayersSeen['layers'] = [
    { name: 'block', kind: 'TransformerEncoderLayer', source: at(9) },
    { name: 'block.self_attn', kind: 'MultiheadAttention', batchFirst },
    { name: 'block.norm1', kind: 'LayerNorm' },
  ];
  const ran = activationsSeen(0, activation(2, 'LayerNorm', { inputShape: shape }));
  return { name, messages: [hello(), { type: 'layers', layers }, lossSeen({ targetShape: [32] }), ran] };
}

const wanted = (size: string, channels: number, got: number) =>
  `Given groups=1, weight of size [16, ${channels}, 3, 3], expected input[${size}] to have ${channels} channels, but got ${got} channels instead`;

testRule(wrongDataLayout, {
  silent: [
    block('attention over sequences with the examples first', [32, 12, 8], true),
    block('attention over sequences with time first', [12, 32, 8], false),
    sequences('time first, as the layer takes it', [12, 32, 2], [32], false),
    sequences('a layer that is told of examples first', [32, 12, 2], [32], true),
    sequences('a layer that does not say', [32, 12, 2], [32]),
    sequences('as many moments as examples', [32, 32, 2], [32], false),
    sequences('a target for each moment', [12, 32, 2], [12, 32], false),
    sequences('a single sequence with a target for each moment', [12, 1, 2], [12], false),
    sequences('a target for each moment of each example, in a row', [12, 32, 2], [384], false),
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
      ...block('examples first for attention that takes time first', [32, 12, 8], false),
      step: 0,
      line: 9,
      evidence: { expected: 32 },
      message: /^The input of TransformerEncoderLayer has shape/,
    },
    {
      ...sequences('examples first for a layer that takes time first', [32, 12, 2], [32], false),
      step: 0,
      line: 7,
      evidence: { shape: '(32, 12, 2)', expected: 32 },
      message: /^The input of LSTM has shape \(32, 12, 2\), with the 32 examples first/,
    },
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
