/**
 * The embedded default: TensorFlow.js on WebAssembly, for scripts whose workspace has no TensorFlow.js that loads.
 * Exports what `@tensorflow/tfjs` exports.
 */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js';
import { registerBackend } from '@tensorflow/tfjs-core';
import { registerCpuFallbacks } from './kernels/cpuFallback.js';
import { registerFileSystem } from './fileSystem.js';
import { registerConvolutionGradients } from './kernels/convolution.js';
import { registerDepthwiseGradients } from './kernels/depthwise.js';
import { registerMatMul } from './kernels/matrix.js';
import { registerPoolingGradients } from './kernels/pooling.js';
import { registerSegmentSum } from './kernels/segments.js';
import { registerMirrorPadGradient } from './mirrorPad.js';
import { createWasmBackend } from './wasm.js';

export * from '@tensorflow/tfjs-core';
export * from '@tensorflow/tfjs-layers';
export * from '@tensorflow/tfjs-converter';
export { fileSystem } from './fileSystem.js';
export * as data from '@tensorflow/tfjs-data';
export const version = {
  'tfjs-core': '4.22.0',
  'tfjs-layers': '4.22.0',
  'tfjs-converter': '4.22.0',
  'tfjs-data': '4.22.0',
  'tfjs-backend-cpu': '4.22.0',
  'tfjs-backend-wasm': '4.22.0',
  tfjs: '4.22.0',
};

registerMatMul();
registerConvolutionGradients();
registerDepthwiseGradients();
registerPoolingGradients();
registerSegmentSum();
registerCpuFallbacks();
registerMirrorPadGradient();
registerFileSystem();
registerBackend('wasm', createWasmBackend, 2);
