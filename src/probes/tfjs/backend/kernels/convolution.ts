/**
 * Gradients of convolutions by matrix multiplication: the patches of the input under the filter are laid out as a
 * matrix (im2col) and multiplied, or the product is added back onto the places it came from (col2im).
 */
import { backend_util } from '@tensorflow/tfjs-core';
import { onCpu } from './cpuFallback.js';
import {
  add,
  runKernel,
  setKernel,
  view,
  zeros,
  type BackendWasm,
  type Call,
  type TensorInfo,
} from './kernel.js';

type ConvInfo = backend_util.Conv2DInfo;

/** Bound on the elements of a matrix of patches; larger batches are done in parts. */
const PATCH_ELEMENTS = 4_000_000;

interface ConvAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function convInfo(
  inputShape: number[],
  filterShape: number[],
  { strides, pad, dimRoundingMode }: ConvAttributes,
): ConvInfo {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

/**
 * Visits each part of an image that lies under one tap of the filter, row by row.
 * @param visit gets the offsets of the first input and output pixel of the row (in pixels) and the pixels in it
 */
function eachRow(
  info: ConvInfo,
  image: number,
  row: number,
  column: number,
  visit: (input: number, output: number, count: number) => void,
): void {
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  const left = column - info.padInfo.left;
  const first = left >= 0 ? 0 : Math.ceil(-left / strideWidth);
  const last = Math.min(outWidth - 1, Math.floor((inWidth - 1 - left) / strideWidth));
  if (last < first) return;
  for (let y = 0; y < outHeight; y++) {
    const inputY = y * strideHeight + row - info.padInfo.top;
    if (inputY < 0 || inputY >= inHeight) continue;
    const input = (image * inHeight + inputY) * inWidth + first * strideWidth + left;
    visit(input, (image * outHeight + y) * outWidth + first, last - first + 1);
  }
}

/** Writes the patches of `images` images from `start` on as [filter tap * channel, output pixel]. */
function patches(info: ConvInfo, x: Float32Array, out: Float32Array, start: number, images: number): void {
  const { inChannels: channels, filterHeight, filterWidth, strideWidth } = info;
  const pixels = info.outHeight * info.outWidth;
  const columns = images * pixels;
  for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
    const row = Math.floor(tap / filterWidth);
    for (let image = start; image < start + images; image++) {
      eachRow(info, image, row, tap % filterWidth, (input, output, count) => {
        for (let channel = 0; channel < channels; channel++) {
          let from = input * channels + channel;
          let to = (tap * channels + channel) * columns + output - start * pixels;
          for (let i = 0; i < count; i++, from += strideWidth * channels) out[to++] = x[from] as number;
        }
      });
    }
  }
}

function matMul(backend: BackendWasm, a: TensorInfo, b: TensorInfo, transposeB = false): TensorInfo {
  return runKernel('BatchMatMul', backend, { a, b }, { transposeA: false, transposeB });
}

/** The same numbers under another shape; shares memory, so is disposed separately. */
function reshape(backend: BackendWasm, x: TensorInfo, shape: number[]): TensorInfo {
  return runKernel('Reshape', backend, { x }, { shape });
}

function imagesAtOnce(info: ConvInfo): number {
  const perImage = info.outHeight * info.outWidth * info.inChannels * info.filterHeight * info.filterWidth;
  return Math.max(1, Math.min(info.batchSize, Math.floor(PATCH_ELEMENTS / perImage)));
}

/** A part of a tensor along its first axis of `size` equal parts, copied. */
function part(backend: BackendWasm, x: TensorInfo, shape: number[], offset: number): TensorInfo {
  const out = backend.makeOutput(shape, 'float32');
  const target = view(backend, out);
  target.set(view(backend, x).subarray(offset, offset + target.length));
  return out;
}

type FilterCall = Call<{ x: TensorInfo; dy: TensorInfo }, ConvAttributes & { filterShape: number[] }>;

function conv2DBackpropFilter(call: FilterCall): TensorInfo | TensorInfo[] {
  const { inputs, attrs, backend } = call;
  if (attrs.dataFormat === 'NCHW') return onCpu('Conv2DBackpropFilter', call);
  const info = convInfo(inputs.x.shape, attrs.filterShape, attrs);
  const taps = info.filterHeight * info.filterWidth * info.inChannels;
  const pixels = info.outHeight * info.outWidth;
  const result = zeros(backend, attrs.filterShape);
  const step = imagesAtOnce(info);
  for (let start = 0; start < info.batchSize; start += step) {
    const images = Math.min(step, info.batchSize - start);
    const matrix = zeros(backend, [1, taps, images * pixels]);
    patches(info, view(backend, inputs.x), view(backend, matrix), start, images);
    const dyShape = [1, images * pixels, info.outChannels];
    const dy = part(backend, inputs.dy, dyShape, start * pixels * info.outChannels);
    const product = matMul(backend, matrix, dy);
    const sum = view(backend, result);
    const added = view(backend, product);
    for (let i = 0; i < sum.length; i++) add(sum, i, added[i] as number);
    [matrix, dy, product].forEach((tensor) => backend.disposeData(tensor.dataId));
  }
  return result;
}

/** Adds [output pixel, filter tap * channel] back onto the input pixels it came from. */
function addPatches(
  info: ConvInfo,
  matrix: Float32Array,
  dx: Float32Array,
  start: number,
  images: number,
): void {
  const { inChannels: channels, filterHeight, filterWidth, strideWidth } = info;
  const taps = filterHeight * filterWidth;
  const pixels = info.outHeight * info.outWidth;
  for (let tap = 0; tap < taps; tap++) {
    const row = Math.floor(tap / filterWidth);
    for (let image = start; image < start + images; image++) {
      eachRow(info, image, row, tap % filterWidth, (input, output, count) => {
        for (let i = 0; i < count; i++) {
          let from = ((output - start * pixels + i) * taps + tap) * channels;
          let to = (input + i * strideWidth) * channels;
          for (let channel = 0; channel < channels; channel++) add(dx, to++, matrix[from++] as number);
        }
      });
    }
  }
}

type InputCall = Call<{ dy: TensorInfo; filter: TensorInfo }, ConvAttributes & { inputShape: number[] }>;

function conv2DBackpropInput(call: InputCall): TensorInfo | TensorInfo[] {
  const { inputs, attrs, backend } = call;
  if (attrs.dataFormat === 'NCHW') return onCpu('Conv2DBackpropInput', call);
  const info = convInfo(attrs.inputShape, inputs.filter.shape, attrs);
  const taps = info.filterHeight * info.filterWidth * info.inChannels;
  const pixels = info.outHeight * info.outWidth;
  const dx = zeros(backend, attrs.inputShape);
  const filter = reshape(backend, inputs.filter, [1, taps, info.outChannels]);
  const step = imagesAtOnce(info);
  for (let start = 0; start < info.batchSize; start += step) {
    const images = Math.min(step, info.batchSize - start);
    const dyShape = [1, images * pixels, info.outChannels];
    const dy = part(backend, inputs.dy, dyShape, start * pixels * info.outChannels);
    const matrix = matMul(backend, dy, filter, true);
    addPatches(info, view(backend, matrix), view(backend, dx), start, images);
    [dy, matrix].forEach((tensor) => backend.disposeData(tensor.dataId));
  }
  backend.disposeData(filter.dataId);
  return dx;
}

export function registerConvolutionGradients(): void {
  setKernel('Conv2DBackpropFilter', conv2DBackpropFilter);
  setKernel('Conv2DBackpropInput', conv2DBackpropInput);
  // The published ones are wrong for several filters.
  for (const name of ['Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2']) {
    setKernel<Record<string, TensorInfo>, unknown>(name, (call) => onCpu(name, call));
  }
}
