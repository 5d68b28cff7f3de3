import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listGpus, parseGpuLine } from '../../../src/engine/launch/gpus.js';
import { fromWire, formatText } from '../../../src/protocol/values.js';
import { ended, snapshot, Workplace } from '../support/workplace.js';

const GIB = 1024 ** 3;

let place: Workplace;
let bin: string;

beforeAll(async () => {
  place = await Workplace.create();
  bin = mkdtempSync(join(tmpdir(), 'td-bin-'));
});

afterAll(async () => {
  await place.dispose();
  rmSync(bin, { recursive: true, force: true });
});

/** Puts an executable on a PATH of its own that prints what nvidia-smi prints. */
function fakeNvidiaSmi(name: string, script: string): Record<string, string> {
  const folder = join(bin, name);
  mkdirSync(folder);
  const file = join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
}

test('a line of nvidia-smi is read with its units', () => {
  expect(parseGpuLine('1, NVIDIA GeForce RTX 3090, 24576, 8453, 15806, 97')).toEqual({
    index: 1,
    name: 'NVIDIA GeForce RTX 3090',
    memoryTotal: 24 * GIB,
    memoryUsed: 8453 * 1024 * 1024,
    memoryFree: 15806 * 1024 * 1024,
    utilization: 0.97,
  });
});

test.each(['[N/A]', '[Not Supported]', '[Unknown Error]'])(
  'a GPU that does not tell says %s, which is null',
  (word) => {
    const gpu = parseGpuLine(`0, NVIDIA H200 MIG 1g.18gb, 16384, 12, 16372, ${word}`);
    expect(gpu).toMatchObject({ memoryTotal: 16 * GIB, utilization: null });
  },
);

test.each(['', 'No devices were found', 'index, name, memory.total [MiB], memory.used [MiB], x, y'])(
  'the line “%s” is no GPU',
  (line) => {
    expect(parseGpuLine(line)).toBeNull();
  },
);

test('the GPUs of the machine are listed', async () => {
  const env = fakeNvidiaSmi(
    'two',
    'echo "0, NVIDIA A100-SXM4-40GB, 40960, 0, 40442, 0"; echo "1, NVIDIA A100-SXM4-40GB, 40960, 39000, 1442, 100"',
  );
  const { gpus, problem } = await listGpus(env);
  expect(problem).toBeNull();
  expect(gpus.map(({ index, memoryFree }) => [index, memoryFree])).toEqual([
    [0, 40442 * 1024 * 1024],
    [1, 1442 * 1024 * 1024],
  ]);
});

test('without nvidia-smi, and with a driver that does not answer, the list says why it is empty', async () => {
  const none = await listGpus({ PATH: bin });
  expect(none.problem && formatText(none.problem)).toContain('nvidia-smi is not on the PATH');
  const said = 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.';
  const broken = await listGpus(fakeNvidiaSmi('broken', `echo "${said}"; exit 9`));
  expect(broken.problem && formatText(broken.problem)).toBe(`nvidia-smi failed: ${said}`);
});

test('memory and load of the chosen GPUs are recorded while the training goes', async () => {
  const asked = join(bin, 'asked');
  const env = fakeNvidiaSmi(
    'loop',
    `echo "$@" > ${asked}\nwhile :; do echo "2, NVIDIA L4, 23034, 1024, 22010, 50"; sleep 0.1; done`,
  );
  const { client } = await place.launch({
    program: 'train.py',
    args: ['--steps', '60', '--runtime'],
    gpus: [2],
    env,
  });
  expect(await ended(client)).toMatchObject({ status: 'completed' });
  const { series } = await snapshot(client);
  const memory = series.find(({ name }) => name === 'gpu/2/memory');
  const load = series.find(({ name }) => name === 'gpu/2/utilization');
  expect(memory && fromWire(memory.last)).toBe(GIB);
  expect(load && fromWire(load.last)).toBe(0.5);
  expect(load?.points).toBeGreaterThan(3);
  expect(readFileSync(asked, 'utf8')).toMatch(
    /--query-gpu=index,name,\S+ --format=csv,noheader,nounits -i 2 -l 1/,
  );
  expect(load?.lastStep).toBeGreaterThan(load?.firstStep ?? 0);
});

test('chosen GPUs without nvidia-smi are a notice, not a failure', async () => {
  const { client } = await place.launch({
    program: 'train.py',
    args: ['--steps', '5', '--runtime'],
    gpus: [0],
    interpreter: process.env['TD_PYTHON'] ?? '/usr/bin/python3',
    env: { PATH: bin },
  });
  expect(await ended(client)).toMatchObject({ status: 'completed' });
  const { notices } = await snapshot(client);
  expect(notices.map(({ code }) => code)).toContain('gpu-unavailable');
});
