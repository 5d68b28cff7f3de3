import { describe, expect, test } from 'vitest';
import { configurationFor, isPython, isScript } from '../../src/ui/debug/configurations.js';
import { remediesFor } from '../../src/ui/problems/remedies.js';
import { failureOf } from '../../src/engine/launch/failures.js';
import { text } from '../../src/protocol/values.js';

describe('configurations where none was written', () => {
  test('run the file under its name', () => {
    expect(configurationFor('/w/train.py')).toEqual({
      type: 'training',
      request: 'launch',
      name: 'train.py',
      program: '/w/train.py',
    });
  });

  test('are offered for what Python and Node run', () => {
    const files = ['a.py', 'a.PY', 'a.mjs', 'a.ts', 'a.cts', 'a.md', 'a.ipynb', 'py'];
    expect(files.filter(isScript)).toEqual(['a.py', 'a.PY', 'a.mjs', 'a.ts', 'a.cts']);
  });

  test('take a chosen Python only where Python runs them', () => {
    expect(isPython({ program: '/w/train.py' })).toBe(true);
    expect(isPython({ module: 'package.train' })).toBe(true);
    expect(isPython({ program: '/w/train.js' })).toBe(false);
    expect(isPython({ program: '/w/train', runtime: 'python' })).toBe(true);
    expect(isPython({ program: '/w/train.py', runtime: 'node' })).toBe(false);
    expect(isPython({ program: '/w/train' })).toBe(false);
  });
});

describe('remedies', () => {
  const commands = (problem: Parameters<typeof remediesFor>[0]) =>
    remediesFor(problem).map(({ command }) => command);
  const failed = (kind: string, message: string) =>
    failureOf(
      { kind: 'exited', exitCode: 1, signal: null, stderrTail: '' },
      {
        interpreter: '/usr/bin/python3',
        runtime: 'python',
        raised: { kind, message, source: null },
        outOfMemory: false,
        measured: false,
      },
    ) ?? text('nothing');

  test('of a missing PyTorch are to install it or to choose another interpreter', () => {
    expect(commands(failed('ModuleNotFoundError', "No module named 'torch'"))).toEqual([
      'trainingDebugger.installTorch',
      'trainingDebugger.chooseInterpreter',
      'trainingDebugger.showLog',
    ]);
  });

  test('of a GPU without memory is to choose others', () => {
    expect(commands(failed('torch.cuda.OutOfMemoryError', 'CUDA out of memory.'))).toContain(
      'trainingDebugger.chooseGpus',
    );
  });

  test('of anything else is the log', () => {
    expect(commands(failed('ValueError', 'no'))).toEqual(['trainingDebugger.showLog']);
  });
});
