import type * as Tf from '@tensorflow/tfjs';
import type { GradientCase } from './gradientCases.js';

type Numbers = Record<string, number[]>;

/** Numbers in (-1, 1) without ties and none near zero, where kinks are. The same on every run. */
function numbers(count: number, seed: number): number[] {
  let state = seed * 2654435761 + 1;
  return Array.from({ length: count }, (_, index) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const magnitude = 0.15 + 0.8 * (((index * 7919 + seed) % count) / count);
    return state & 0x10000 ? magnitude : -magnitude;
  });
}

const sizeOf = (shape: number[]): number => shape.reduce((product, side) => product * side, 1);

export function inputsOf({ inputs }: GradientCase): Numbers {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, shape], index) => [name, numbers(sizeOf(shape), index + 1)]),
  );
}

function tensorsOf(tf: typeof Tf, { inputs }: GradientCase, values: Numbers): Record<string, Tf.Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, tf.tensor(values[name]!, shape)]),
  );
}

/** A fixed projection of the output onto one number, so that no symmetry hides a mistake. */
function projection(size: number): number[] {
  return Array.from({ length: size }, (_, index) => Math.sin(1 + 1.7 * index));
}

/** The projected output, added up in double precision. */
function value(tf: typeof Tf, test: GradientCase, values: Numbers): number {
  const output = tf.tidy(() => test.run(tf, tensorsOf(tf, test, values)));
  const data = output.dataSync();
  output.dispose();
  return projection(data.length).reduce((sum, weight, index) => sum + weight * data[index]!, 0);
}

/** Gradients by the backend. */
export function analytic(tf: typeof Tf, test: GradientCase, values: Numbers): Numbers {
  const names = Object.keys(test.inputs);
  return tf.tidy(() => {
    const tensors = tensorsOf(tf, test, values);
    const f = (...xs: Tf.Tensor[]): Tf.Tensor => {
      const output = test.run(tf, Object.fromEntries(names.map((name, index) => [name, xs[index]!])));
      return tf.sum(tf.mul(output, tf.tensor(projection(output.size), output.shape)));
    };
    const gradients = tf.grads(f)(names.map((name) => tensors[name]!));
    return Object.fromEntries(names.map((name, index) => [name, Array.from(gradients[index]!.dataSync())]));
  });
}

/** Gradients by central differences. */
export function numeric(tf: typeof Tf, test: GradientCase, values: Numbers, step = 5e-3): Numbers {
  const moved = (name: string, index: number, by: number): Numbers => ({
    ...values,
    [name]: values[name]!.map((number, at) => (at === index ? number + by : number)),
  });
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => [
      name,
      numbers.map((_, index) => {
        const [up, down] = [step, -step].map((by) => value(tf, test, moved(name, index, by)));
        return (up! - down!) / (2 * step);
      }),
    ]),
  );
}

/** Largest difference between two sets of gradients, over the size of the larger. */
export function difference(a: Numbers, b: Numbers): number {
  let [worst, size] = [0, 1e-3];
  for (const name of Object.keys(a)) {
    if (a[name]!.length !== b[name]!.length) return Infinity;
    a[name]!.forEach((number, index) => {
      const other = b[name]![index]!;
      worst = Math.max(worst, Number.isFinite(number) ? Math.abs(number - other) : Infinity);
      size = Math.max(size, Math.abs(other));
    });
  }
  return worst / size;
}
