import type { EngineLike, TensorLike } from '../tensorflow.js';
import type { Training } from '../training.js';
import { wrap } from './wrap.js';

/** Every operation of every copy of TensorFlow.js, as the backend runs it. */
export function hookKernels(training: Training, engine: EngineLike): void {
  const { forward, slices } = training;
  wrap<EngineLike['runKernel']>(engine, 'runKernel', (original) => {
    return function (this: EngineLike, name, inputs, attributes) {
      const result = original.call(this, name, inputs, attributes);
      if (forward.watches)
        training.guarded('operations', () => forward.ran(name, inputs, attributes, result));
      if (name === 'Slice') training.guarded('slices', () => slices.cut(inputs['x'] as TensorLike, result));
      return result;
    };
  });
}
