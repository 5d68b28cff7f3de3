/** Gradients of pooling. The published ones are wrong: max for several channels, average with padding. */
import { backend_util } from '@tensorflow/tfjs-core';
import { add, setKernel, view, zeros, type Call, type TensorInfo } from './kernel.js';

type PoolInfo = backend_util.Conv2DInfo;

interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
type PoolCall = Call<{ dy: TensorInfo; input: TensorInfo }, PoolAttributes>;

function poolInfo(shape: number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): PoolInfo {
  return backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
}

interface Window {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** Visits the windows of all images; `output` and `image` count pixels. The window is cut to the image. */
function eachWindow(info: PoolInfo, visit: (output: number, image: number, window: Window) => void): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth } = info;
  let output = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let y = 0; y < outHeight; y++) {
      const top = y * info.strideHeight - info.padInfo.top;
      for (let x = 0; x < outWidth; x++) {
        const left = x * info.strideWidth - info.padInfo.left;
        visit(output++, image * inHeight * inWidth, {
          top: Math.max(0, top),
          bottom: Math.min(inHeight, top + info.filterHeight),
          left: Math.max(0, left),
          right: Math.min(inWidth, left + info.filterWidth),
        });
      }
    }
  }
}

/** The gradient goes to the first of the largest values in the window, as in the plain JavaScript backend. */
function maxPoolGrad({ inputs, attrs, backend }: PoolCall): TensorInfo {
  const info = poolInfo(inputs.input.shape, attrs);
  const channels = info.inChannels;
  const out = zeros(backend, inputs.input.shape);
  const [x, dy, dx] = [view(backend, inputs.input), view(backend, inputs.dy), view(backend, out)];
  eachWindow(info, (output, image, { top, bottom, left, right }) => {
    for (let channel = 0; channel < channels; channel++) {
      let best = -Infinity;
      let position = -1;
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          const at = (image + row * info.inWidth + column) * channels + channel;
          const value = x[at] as number;
          if (value > best || position < 0) {
            best = value;
            position = at;
          }
        }
      }
      if (position >= 0) add(dx, position, dy[output * channels + channel] as number);
    }
  });
  return out;
}

/** The forward pass divides by the pixels that are in the image, so the gradient does too. */
function avgPoolGrad({ inputs, attrs, backend }: PoolCall): TensorInfo {
  const info = poolInfo(inputs.input.shape, attrs);
  const channels = info.inChannels;
  const out = zeros(backend, inputs.input.shape);
  const [dy, dx] = [view(backend, inputs.dy), view(backend, out)];
  eachWindow(info, (output, image, { top, bottom, left, right }) => {
    const share = 1 / ((bottom - top) * (right - left));
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const to = (image + row * info.inWidth + column) * channels;
        for (let channel = 0; channel < channels; channel++) {
          add(dx, to + channel, (dy[output * channels + channel] as number) * share);
        }
      }
    }
  });
  return out;
}

export function registerPoolingGradients(): void {
  setKernel('MaxPoolGrad', maxPoolGrad);
  setKernel('AvgPoolGrad', avgPoolGrad);
}
