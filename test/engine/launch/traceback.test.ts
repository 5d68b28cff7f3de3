import { expect, test } from 'vitest';
import { lastRaised } from '../../../src/engine/launch/traceback.js';

const CWD = '/home/me/project';

test('the exception of Python, and the innermost line of the user, not of a library', () => {
  const output = `epoch 1
Traceback (most recent call last):
  File "/home/me/project/train.py", line 30, in <module>
    main()
  File "/home/me/project/train.py", line 21, in main
    loss = criterion(model(x), y)
  File "/home/me/project/.venv/lib/python3.12/site-packages/torch/nn/modules/module.py", line 1773, in _wrapped_call_impl
    return self._call_impl(*args, **kwargs)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.12/contextlib.py", line 81, in inner
RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x10 and 20x2)
`;
  expect(lastRaised(output, CWD)).toEqual({
    kind: 'RuntimeError',
    message: 'mat1 and mat2 shapes cannot be multiplied (32x10 and 20x2)',
    source: { file: '/home/me/project/train.py', line: 21, function: 'main' },
  });
});

test('of a chain of exceptions the last', () => {
  const output = `Traceback (most recent call last):
  File "train.py", line 2, in load
KeyError: 'lr'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "train.py", line 9, in <module>
    load()
  File "train.py", line 4, in load
    raise ValueError("no learning rate")
ValueError: no learning rate
`;
  expect(lastRaised(output, CWD)).toEqual({
    kind: 'ValueError',
    message: 'no learning rate',
    source: { file: '/home/me/project/train.py', line: 4, function: 'load' },
  });
});

test('a syntax error, which has no traceback', () => {
  const output = `  File "/home/me/project/train.py", line 3
    for i in range(3)
                     ^
SyntaxError: expected ':'
`;
  expect(lastRaised(output, CWD)).toEqual({
    kind: 'SyntaxError',
    message: "expected ':'",
    source: { file: '/home/me/project/train.py', line: 3 },
  });
});

test('a missing module, an exception class in a package, one without a message', () => {
  const frame = 'Traceback (most recent call last):\n  File "/home/me/project/a.py", line 1, in <module>\n';
  expect(lastRaised(`${frame}ModuleNotFoundError: No module named 'torch'\n`, CWD)?.message).toBe(
    "No module named 'torch'",
  );
  expect(lastRaised(`${frame}torch.OutOfMemoryError: CUDA out of memory. Tried\n`, CWD)?.kind).toBe(
    'torch.OutOfMemoryError',
  );
  expect(lastRaised(`${frame}AssertionError\n`, CWD)).toMatchObject({ kind: 'AssertionError', message: '' });
});

test('a rank of torchrun, whose lines have a prefix', () => {
  const output = `[rank1]: Traceback (most recent call last):
[rank1]:   File "/home/me/project/ddp.py", line 12, in <module>
[rank1]:     raise ValueError("boom")
[rank1]: ValueError: boom
`;
  expect(lastRaised(output, CWD)).toEqual({
    kind: 'ValueError',
    message: 'boom',
    source: { file: '/home/me/project/ddp.py', line: 12, function: '<module>' },
  });
});

test('an exception of Node, whose innermost frame comes first', () => {
  const output = `file:///home/me/project/train.mjs:5
  throw new RangeError('no rows');
        ^

RangeError: no rows
    at load (file:///home/me/project/train.mjs:5:9)
    at file:///home/me/project/train.mjs:8:1
    at ModuleJob.run (node:internal/modules/esm/module_job:430:25)
    at async node:internal/modules/esm/loader:639:26

Node.js v24.4.0
`;
  expect(lastRaised(output, CWD)).toEqual({
    kind: 'RangeError',
    message: 'no rows',
    source: { file: '/home/me/project/train.mjs', line: 5, function: 'load' },
  });
});

test('a library frame of Node is passed over', () => {
  const output = `/home/me/project/node_modules/@tensorflow/tfjs-core/dist/util.js:100
Error: shapes do not match
    at assert (/home/me/project/node_modules/@tensorflow/tfjs-core/dist/util.js:100:15)
    at train (/home/me/project/train.js:17:20)
`;
  expect(lastRaised(output, CWD)?.source).toEqual({
    file: '/home/me/project/train.js',
    line: 17,
    function: 'train',
  });
});

test('output without an exception has none', () => {
  expect(lastRaised('epoch 1 loss: 0.3\nTraining: done\n', CWD)).toBeNull();
});
