import {
  registerGradient,
  tensor1d,
  transpose,
  unsortedSegmentSum,
  type GradConfig,
  type Tensor,
} from '@tensorflow/tfjs-core';

interface MirrorPadAttributes {
  paddings: [number, number][];
  mode: 'reflect' | 'symmetric';
}

/** Along one axis: which element of the input each element of the output is a copy of. */
function origins(
  size: number,
  [before, after]: [number, number],
  mode: MirrorPadAttributes['mode'],
): Int32Array {
  const edge = mode === 'reflect' ? 0 : 1;
  return Int32Array.from({ length: before + size + after }, (_, at) => {
    const index = at - before;
    if (index < 0) return -index - edge;
    return index < size ? index : 2 * size - 2 - index + edge;
  });
}

/** Adds up, along one axis, the gradients of all copies of an element. */
function foldAxis(dy: Tensor, axis: number, origin: Int32Array, size: number): Tensor {
  const order = dy.shape.map((_, index) => (index === 0 ? axis : index === axis ? 0 : index));
  const summed = unsortedSegmentSum(transpose(dy, order), tensor1d(origin, 'int32'), size);
  // Swapping two axes is its own inverse.
  return transpose(summed, order);
}

const mirrorPadGradient: GradConfig = {
  kernelName: 'MirrorPad',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => {
    const { paddings, mode } = attributes as unknown as MirrorPadAttributes;
    const shape = (x as Tensor).shape;
    const fold = (folded: Tensor, axis: number): Tensor => {
      const [size, padding] = [shape[axis], paddings[axis]];
      if (size === undefined || !padding) return folded;
      return foldAxis(folded, axis, origins(size, padding, mode), size);
    };
    return { x: () => shape.reduce((folded, _, axis) => fold(folded, axis), dy as Tensor) };
  },
};

/** The published gradient forgets the mirrored elements. */
export function registerMirrorPadGradient(): void {
  registerGradient(mirrorPadGradient);
}
