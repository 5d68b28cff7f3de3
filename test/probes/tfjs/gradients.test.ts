import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { CASES } from './gradientCases.js';
import { analytic, difference, inputsOf, numeric } from './gradientCheck.js';
import { buildProbe } from './harness.js';

let tf: typeof Tf;

beforeAll(async () => {
  const file = path.join(await buildProbe(), 'embedded.cjs');
  tf = createRequire(file)(file) as typeof Tf;
});

describe('gradients of the embedded backend', () => {
  it.each(CASES)('$name', async (test) => {
    const inputs = inputsOf(test);
    await tf.setBackend('wasm');
    const ours = analytic(tf, test, inputs);
    expect(difference(ours, numeric(tf, test, inputs)), 'against finite differences').toBeLessThan(5e-3);
    await tf.setBackend('cpu');
    const cpu = analytic(tf, test, inputs);
    if (test.cpuIsWrong === undefined) expect(difference(ours, cpu), 'against cpu').toBeLessThan(2e-5);
    else expect(difference(ours, cpu), `cpu ${test.cpuIsWrong}`).toBeGreaterThan(1e-2);
  });
});
