/** Gradients of depthwise convolutions, which the published WebAssembly backend lacks. Layout is always NHWC. */
import { backend_util } from '@tensorflow/tfjs-core';
import { add, setKernel, view, zeros, type Call, type TensorInfo } from './kernel.js';

interface DepthwiseAttributes {
  strides: number | [number, number];
  dilations: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type ConvInfo = backend_util.Conv2DInfo;

function depthwiseInfo(inputShape: number[], filterShape: number[], attrs: DepthwiseAttributes): ConvInfo {
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    attrs.dilations,
    attrs.pad,
    attrs.dimRoundingMode,
    true,
  );
}

/** Visits every pair of an input and an output pixel that meet at a tap of the filter. */
function eachMeeting(info: ConvInfo, visit: (input: number, output: number, tap: number) => void): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, filterHeight, filterWidth } = info;
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++, output++) {
        for (let row = 0; row < filterHeight; row++) {
          const inY = y * info.strideHeight - info.padInfo.top + row * info.dilationHeight;
          if (inY < 0 || inY >= inHeight) continue;
          for (let column = 0; column < filterWidth; column++) {
            const inX = x * info.strideWidth - info.padInfo.left + column * info.dilationWidth;
            if (inX < 0 || inX >= inWidth) continue;
            visit((image * inHeight + inY) * inWidth + inX, output, row * filterWidth + column);
          }
        }
      }
    }
  }
}

type FilterCall = Call<{ x: TensorInfo; dy: TensorInfo }, DepthwiseAttributes & { filterShape: number[] }>;

function backpropFilter({ inputs, attrs, backend }: FilterCall): TensorInfo {
  const info = depthwiseInfo(inputs.x.shape, attrs.filterShape, attrs);
  const [channels, multiplier] = [info.inChannels, info.outChannels / info.inChannels];
  const out = zeros(backend, attrs.filterShape);
  const [x, dy, dw] = [view(backend, inputs.x), view(backend, inputs.dy), view(backend, out)];
  eachMeeting(info, (input, output, tap) => {
    for (let channel = 0; channel < channels; channel++) {
      const value = x[input * channels + channel] as number;
      const from = (output * channels + channel) * multiplier;
      const to = (tap * channels + channel) * multiplier;
      for (let m = 0; m < multiplier; m++) add(dw, to + m, value * (dy[from + m] as number));
    }
  });
  return out;
}

type InputCall = Call<{ dy: TensorInfo; filter: TensorInfo }, DepthwiseAttributes & { inputShape: number[] }>;

function backpropInput({ inputs, attrs, backend }: InputCall): TensorInfo {
  const info = depthwiseInfo(attrs.inputShape, inputs.filter.shape, attrs);
  const [channels, multiplier] = [info.inChannels, info.outChannels / info.inChannels];
  const out = zeros(backend, attrs.inputShape);
  const [w, dy, dx] = [view(backend, inputs.filter), view(backend, inputs.dy), view(backend, out)];
  eachMeeting(info, (input, output, tap) => {
    for (let channel = 0; channel < channels; channel++) {
      const gradient = (output * channels + channel) * multiplier;
      const weight = (tap * channels + channel) * multiplier;
      let sum = 0;
      for (let m = 0; m < multiplier; m++) sum += (w[weight + m] as number) * (dy[gradient + m] as number);
      add(dx, input * channels + channel, sum);
    }
  });
  return out;
}

export function registerDepthwiseGradients(): void {
  setKernel('DepthwiseConv2dNativeBackpropFilter', backpropFilter);
  setKernel('DepthwiseConv2dNativeBackpropInput', backpropInput);
}
