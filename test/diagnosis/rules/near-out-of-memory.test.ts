import { nearOutOfMemory } from '../../../src/diagnosis/rules/near-out-of-memory.js';
import type { ExceptionSeen } from '../../../src/protocol/telemetry.js';
import { at, lossSeen, steps, testRule } from '../ruleTester.js';

const ended = (kind: string, message: string): ExceptionSeen => ({
  ...{ type: 'exception', kind, message, frames: [at(50), at(33)] },
});
const run = [lossSeen(), steps({ loss: [2, 1.9], samples: [256, 256] })];

testRule(nearOutOfMemory, {
  silent: [
    { name: 'another exception', messages: [...run, ended('ValueError', 'too many values to unpack')] },
    { name: 'no exception', messages: run },
  ],
  fires: [
    {
      name: 'on a GPU',
      messages: [...run, ended('OutOfMemoryError', 'CUDA out of memory. Tried to allocate 2 GiB.\nGPU 0 …')],
      step: 2,
      line: 33,
      evidence: { error: 'CUDA out of memory. Tried to allocate 2 GiB', samples: 256 },
    },
    {
      name: 'on the CPU, before the first step',
      messages: [
        ended('RuntimeError', "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 1 TB"),
      ],
      step: 0,
      line: 33,
      evidence: {},
    },
  ],
});
