import type * as Tf from '@tensorflow/tfjs';

type Tensors = Record<string, Tf.Tensor>;

/** A differentiable function of tensors of the given shapes. */
export interface GradientCase {
  name: string;
  inputs: Record<string, number[]>;
  run(tf: typeof Tf, inputs: Tensors): Tf.Tensor;
  /** The plain JavaScript backend is known to be wrong here, and why. */
  cpuIsWrong?: string;
}

type Run = GradientCase['run'];
const image = (batch: number, size: number, channels: number): number[] => [batch, size, size, channels];

function conv(
  name: string,
  input: number[],
  filter: number[],
  strides: number | [number, number],
  pad: 'same' | 'valid' | number,
): GradientCase {
  return {
    name: `conv2d ${name}`,
    inputs: { x: input, filter },
    run: (tf, { x, filter: w }) => tf.conv2d(x as Tf.Tensor4D, w as Tf.Tensor4D, strides, pad),
  };
}

function depthwise(
  name: string,
  input: number[],
  filter: number[],
  strides: number | [number, number],
  pad: 'same' | 'valid' | number,
): GradientCase {
  return {
    name: `depthwiseConv2d ${name}`,
    inputs: { x: input, filter },
    run: (tf, { x, filter: w }) => tf.depthwiseConv2d(x as Tf.Tensor4D, w as Tf.Tensor4D, strides, pad),
  };
}

function pool(
  kind: 'maxPool' | 'avgPool',
  name: string,
  input: number[],
  size: number | [number, number],
  strides: number,
  pad: 'same' | 'valid',
): GradientCase {
  return {
    name: `${kind} ${name}`,
    inputs: { x: input },
    run: (tf, { x }) => tf[kind](x as Tf.Tensor4D, size, strides, pad),
    ...(kind === 'avgPool' && pad === 'same' && { cpuIsWrong: 'divides by the whole window at the border' }),
  };
}

const unary = (name: string, run: (tf: typeof Tf, x: Tf.Tensor) => Tf.Tensor): GradientCase => ({
  name,
  inputs: { x: [3, 4] },
  run: (tf, { x }) => run(tf, x!),
});

const CONVOLUTIONS: GradientCase[] = [
  conv('valid', image(2, 6, 3), [3, 3, 3, 4], 1, 'valid'),
  conv('same', image(2, 6, 3), [3, 3, 3, 4], 1, 'same'),
  conv('same, stride 2', image(2, 7, 2), [3, 3, 2, 3], 2, 'same'),
  conv('valid, stride 2 by 3', image(2, 8, 2), [3, 2, 2, 3], [2, 3], 'valid'),
  conv('explicit padding', image(1, 5, 2), [3, 3, 2, 2], 1, 2),
  conv('1x1', image(2, 4, 3), [1, 1, 3, 5], 1, 'valid'),
  conv('filter larger than the image', image(2, 3, 2), [5, 5, 2, 2], 1, 'same'),
  {
    name: 'conv2d on another data format',
    inputs: { x: [2, 3, 5, 5], filter: [3, 3, 3, 2] },
    run: (tf, { x, filter }) =>
      tf.conv2d(tf.transpose(x as Tf.Tensor4D, [0, 2, 3, 1]), filter as Tf.Tensor4D, 1, 'same', 'NHWC'),
  },
  {
    name: 'conv1d',
    inputs: { x: [2, 8, 3], filter: [3, 3, 4] },
    run: (tf, { x, filter }) => tf.conv1d(x as Tf.Tensor3D, filter as Tf.Tensor3D, 2, 'same'),
  },
  {
    name: 'conv2dTranspose',
    inputs: { x: image(2, 4, 3), filter: [3, 3, 2, 3] },
    run: (tf, { x, filter }) =>
      tf.conv2dTranspose(x as Tf.Tensor4D, filter as Tf.Tensor4D, [2, 8, 8, 2], 2, 'same'),
  },
  {
    name: 'conv3d',
    inputs: { x: [2, 4, 4, 4, 2], filter: [2, 2, 2, 2, 3] },
    run: (tf, { x, filter }) => tf.conv3d(x as Tf.Tensor5D, filter as Tf.Tensor5D, 1, 'valid'),
  },
  {
    name: 'conv3d same, stride 2',
    inputs: { x: [2, 4, 4, 4, 2], filter: [3, 3, 3, 2, 3] },
    run: (tf, { x, filter }) => tf.conv3d(x as Tf.Tensor5D, filter as Tf.Tensor5D, 2, 'same'),
  },
  depthwise('same', image(2, 5, 3), [3, 3, 3, 1], 1, 'same'),
  depthwise('valid, multiplier 2', image(2, 5, 3), [3, 3, 3, 2], 1, 'valid'),
  depthwise('same, stride 2', image(2, 6, 2), [3, 3, 2, 2], 2, 'same'),
  {
    name: 'separableConv2d',
    inputs: { x: image(2, 5, 2), depth: [3, 3, 2, 2], point: [1, 1, 4, 3] },
    run: (tf, { x, depth, point }) =>
      tf.separableConv2d(x as Tf.Tensor4D, depth as Tf.Tensor4D, point as Tf.Tensor4D, 1, 'same'),
  },
];

const POOLS: GradientCase[] = (['maxPool', 'avgPool'] as const).flatMap((kind) => [
  pool(kind, 'valid, one channel', image(2, 6, 1), 2, 2, 'valid'),
  pool(kind, 'valid, several channels', image(2, 6, 5), 2, 2, 'valid'),
  pool(kind, 'same, several channels', image(2, 5, 3), 3, 2, 'same'),
  pool(kind, 'overlapping', image(2, 5, 3), 3, 1, 'valid'),
  pool(kind, 'same, not square', image(2, 5, 2), [2, 3], 1, 'same'),
]);

const POOLS_3D: GradientCase[] = [
  {
    name: 'maxPool3d',
    inputs: { x: [2, 4, 4, 4, 3] },
    run: (tf, { x }) => tf.maxPool3d(x as Tf.Tensor5D, 2, 2, 'valid'),
  },
  {
    name: 'avgPool3d',
    inputs: { x: [2, 4, 4, 4, 3] },
    run: (tf, { x }) => tf.avgPool3d(x as Tf.Tensor5D, 2, 2, 'valid'),
  },
];

const MATRICES: GradientCase[] = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB): GradientCase => ({
    name: `matMul${transposeA ? ' A^T' : ''}${transposeB ? ' B^T' : ''}`,
    inputs: { a: transposeA ? [2, 4, 3] : [2, 3, 4], b: transposeB ? [2, 5, 4] : [2, 4, 5] },
    run: (tf, { a, b }) => tf.matMul(a!, b!, transposeA, transposeB),
  })),
);

const SHAPES: GradientCase[] = [
  unary('transpose', (tf, x) => tf.transpose(x)),
  unary('reshape and concat', (tf, x) => tf.concat([tf.reshape(x, [4, 3]), tf.reshape(x, [4, 3])], 1)),
  unary('slice', (tf, x) => tf.slice(x, [1, 1], [2, 3])),
  unary('stridedSlice through reverse', (tf, x) => tf.reverse(x, 1)),
  unary('split and stack', (tf, x) => tf.stack(tf.split(x, 2, 1))),
  unary('tile', (tf, x) => tf.tile(x, [2, 3])),
  unary('pad', (tf, x) =>
    tf.pad(x, [
      [1, 2],
      [0, 1],
    ]),
  ),
  unary('mirrorPad reflect', (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [2, 1],
      ],
      'reflect',
    ),
  ),
  unary('mirrorPad symmetric', (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [2, 1],
      ],
      'symmetric',
    ),
  ),
  unary('mirrorPad one side', (tf, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 1],
        [2, 0],
      ],
      'symmetric',
    ),
  ),
  unary('cumsum', (tf, x) => tf.cumsum(x, 1)),
  unary('unstack', (tf, x) => tf.addN(tf.unstack(x, 1))),
  {
    name: 'gather of rows (an embedding)',
    inputs: { x: [5, 3] },
    run: (tf, { x }) => tf.gather(x!, tf.tensor1d([4, 0, 4, 2], 'int32')),
  },
  {
    name: 'gather of a matrix of rows',
    inputs: { x: [5, 3] },
    run: (tf, { x }) =>
      tf.gather(
        x!,
        tf.tensor2d(
          [
            [4, 0],
            [4, 2],
          ],
          [2, 2],
          'int32',
        ),
      ),
  },
  {
    name: 'gather along another axis',
    inputs: { x: [3, 5] },
    run: (tf, { x }) => tf.gather(x!, tf.tensor1d([1, 1, 3], 'int32'), 1),
  },
  {
    name: 'unsortedSegmentSum',
    inputs: { x: [4, 3] },
    run: (tf, { x }) => tf.unsortedSegmentSum(x!, tf.tensor1d([2, 0, 2, 1], 'int32'), 3),
  },
  {
    name: 'broadcasting',
    inputs: { a: [3, 4], b: [4], c: [3, 1] },
    run: (tf, { a, b, c }) => tf.mul(tf.add(a!, b!), tf.sub(c!, b!)),
  },
  {
    name: 'where',
    inputs: { a: [3, 4], b: [3, 4] },
    run: (tf, { a, b }) => tf.where(tf.tensor1d([1, 0, 0, 1], 'bool').broadcastTo([3, 4]), a!, b!),
  },
  {
    name: 'resizeBilinear',
    inputs: { x: image(2, 4, 2) },
    run: (tf, { x }) => tf.image.resizeBilinear(x as Tf.Tensor4D, [7, 6]),
  },
  {
    name: 'resizeNearestNeighbor',
    inputs: { x: image(2, 4, 2) },
    run: (tf, { x }) => tf.image.resizeNearestNeighbor(x as Tf.Tensor4D, [8, 6]),
    cpuIsWrong: 'adds all of a batch up in its first image',
  },
  {
    name: 'spaceToBatchND',
    inputs: { x: image(1, 4, 2) },
    run: (tf, { x }) =>
      tf.spaceToBatchND(
        x!,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
  },
  {
    name: 'batchToSpaceND',
    inputs: { x: image(4, 2, 2) },
    run: (tf, { x }) =>
      tf.batchToSpaceND(
        x!,
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
  },
];

const positive = (tf: typeof Tf, x: Tf.Tensor): Tf.Tensor => tf.add(tf.square(x), 0.5);

const ELEMENTWISE: GradientCase[] = [
  unary('relu', (tf, x) => tf.relu(x)),
  unary('relu6', (tf, x) => tf.relu6(tf.mul(x, 4))),
  unary('leakyRelu', (tf, x) => tf.leakyRelu(x, 0.1)),
  unary('elu', (tf, x) => tf.elu(x)),
  unary('selu', (tf, x) => tf.selu(x)),
  unary('sigmoid', (tf, x) => tf.sigmoid(x)),
  unary('tanh', (tf, x) => tf.tanh(x)),
  unary('softplus', (tf, x) => tf.softplus(x)),
  unary('erf (gelu)', (tf, x) => tf.mul(x, tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1))),
  unary('exp', (tf, x) => tf.exp(x)),
  unary('log', (tf, x) => tf.log(positive(tf, x))),
  unary('log1p', (tf, x) => tf.log1p(positive(tf, x))),
  unary('sqrt', (tf, x) => tf.sqrt(positive(tf, x))),
  unary('rsqrt', (tf, x) => tf.rsqrt(positive(tf, x))),
  unary('pow', (tf, x) => tf.pow(positive(tf, x), 1.7)),
  unary('abs', (tf, x) => tf.abs(x)),
  unary('sin and cos', (tf, x) => tf.mul(tf.sin(x), tf.cos(x))),
  unary('clipByValue', (tf, x) => tf.clipByValue(x, -0.6, 0.6)),
  unary('div', (tf, x) => tf.div(x, positive(tf, x))),
  unary('maximum', (tf, x) => tf.maximum(x, tf.reverse(x, 1))),
  unary('minimum', (tf, x) => tf.minimum(x, tf.reverse(x, 1))),
  unary('squaredDifference', (tf, x) => tf.squaredDifference(x, tf.reverse(x, 0))),
  {
    name: 'prelu',
    inputs: { x: [3, 4], alpha: [4] },
    run: (tf, { x, alpha }) => tf.prelu(x!, alpha!),
  },
];

const REDUCTIONS: GradientCase[] = [
  unary('sum', (tf, x) => tf.sum(x, 0)),
  unary('mean', (tf, x) => tf.mean(x, 1)),
  unary('max', (tf, x) => tf.max(x, 1)),
  unary('min', (tf, x) => tf.min(x, 0)),
  unary('prod', (tf, x) => tf.prod(positive(tf, x), 1)),
  unary('norm', (tf, x) => tf.norm(x)),
  unary('logSumExp', (tf, x) => tf.logSumExp(x, 1)),
  unary('softmax', (tf, x) => tf.softmax(x)),
  unary('logSoftmax', (tf, x) => tf.logSoftmax(x)),
  unary('moments', (tf, x) => tf.moments(x, 0).variance),
];

const targets: Run = (tf) =>
  tf.tensor2d([
    [0, 0, 1, 0],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ]);

const LOSSES: GradientCase[] = [
  unary('softmaxCrossEntropy', (tf, x) => tf.losses.softmaxCrossEntropy(targets(tf, {}), x)),
  unary('softmaxCrossEntropy, smoothed', (tf, x) =>
    tf.losses.softmaxCrossEntropy(targets(tf, {}), x, undefined, 0.1),
  ),
  unary('sigmoidCrossEntropy', (tf, x) => tf.losses.sigmoidCrossEntropy(targets(tf, {}), x)),
  unary('meanSquaredError', (tf, x) => tf.losses.meanSquaredError(targets(tf, {}), x)),
  unary('absoluteDifference', (tf, x) => tf.losses.absoluteDifference(targets(tf, {}), x)),
  unary('huberLoss', (tf, x) => tf.losses.huberLoss(targets(tf, {}), tf.mul(x, 3))),
  unary('logLoss', (tf, x) => tf.losses.logLoss(targets(tf, {}), tf.sigmoid(x))),
  unary('categoricalCrossentropy', (tf, x) =>
    tf.metrics.categoricalCrossentropy(targets(tf, {}), tf.softmax(x)),
  ),
  unary('binaryCrossentropy', (tf, x) => tf.metrics.binaryCrossentropy(targets(tf, {}), tf.sigmoid(x))),
];

const NORMALISATION: GradientCase[] = [
  {
    name: 'batchNorm',
    inputs: { x: image(2, 3, 4), scale: [4], offset: [4] },
    run: (tf, { x, scale, offset }) => {
      const { mean, variance } = tf.moments(x!, [0, 1, 2]);
      return tf.batchNorm(x!, mean, tf.add(variance, 0.1), offset, scale);
    },
  },
  {
    name: 'localResponseNormalization',
    inputs: { x: image(1, 3, 4) },
    run: (tf, { x }) => tf.localResponseNormalization(x as Tf.Tensor4D, 2),
  },
];

export const CASES: GradientCase[] = [
  ...CONVOLUTIONS,
  ...POOLS,
  ...POOLS_3D,
  ...MATRICES,
  ...SHAPES,
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...LOSSES,
  ...NORMALISATION,
];
