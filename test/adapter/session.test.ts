import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AdapterServer } from './clientServer.js';

const python = process.env['TD_PYTHON'] ?? resolve('.venv/bin/python');
const env = { OMP_NUM_THREADS: '1' };

/** Trains a line until told otherwise, slowly enough to be paused. */
const TRAINING = `
import sys, time
import torch

torch.manual_seed(0)
model = torch.nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(int(sys.argv[1])):
    loss = torch.nn.functional.mse_loss(model(torch.ones(4, 3)), torch.zeros(4, 1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print("step", step, flush=True)
    time.sleep(0.02)
`;

// Importing torch takes long on a busy machine.
describe('the debug adapter, with a DAP client and a real training', { timeout: 120_000 }, () => {
  let server: AdapterServer;
  let program: string;
  beforeAll(async () => {
    server = await AdapterServer.start();
    program = server.script('train.py', TRAINING);
  });
  afterAll(() => server.stop());

  const steps = (count: number) => ({ program, args: [String(count)], interpreter: python, env });

  test('runs a training to its end: output, exit code, end', async () => {
    const client = await server.client();
    const output: DebugProtocol.OutputEvent['body'][] = [];
    client.on('output', ({ body }: DebugProtocol.OutputEvent) => output.push(body));
    const exited = client.waitForEvent('exited');
    await Promise.all([
      client.configurationSequence(),
      client.launch(steps(12)),
      client.waitForEvent('terminated'),
    ]);
    expect((await exited).body).toEqual({ exitCode: 0 });
    const printed = output.filter(({ category }) => category === 'stdout').map((one) => one.output);
    expect(printed.join('')).toContain('step 11');
    expect(output.at(-1)?.output).toMatch(/^Training completed: 12 steps, best loss [\d.e-]+\.\n$/);
  });

  test('pauses on request, shows where it is, and continues', async () => {
    const client = await server.client();
    await Promise.all([client.configurationSequence(), client.launch(steps(5000))]);
    const [thread] = (await client.threadsRequest()).body.threads;
    expect(thread).toEqual({ id: 1, name: 'Training' });
    await trained(client);
    const stopped = client.waitForEvent('stopped');
    await client.pauseRequest({ threadId: 1 });
    const { body } = (await stopped) as DebugProtocol.StoppedEvent;
    expect(body).toMatchObject({ reason: 'pause', threadId: 1, allThreadsStopped: true });
    expect(body.description).toMatch(/\d/);

    const { stackFrames } = (await client.stackTraceRequest({ threadId: 1 })).body;
    expect(stackFrames[0]?.source?.path).toBe(program);
    expect(TRAINING.split('\n')[(stackFrames[0]?.line ?? 0) - 1]).toMatch(/loss\.backward|optimizer\.step/);
    const shown = await allVariables(client, stackFrames[0]?.id ?? 0);
    expect(Number(shown['Step']?.['step'])).toBeGreaterThan(0);
    expect(shown['Optimizer']?.['optimizer']).toContain('lr 0.01');
    expect(Number(shown['Metrics']?.['gradNorm'])).toBeGreaterThan(0);
    expect(shown['Locals']?.['steps'] ?? shown['Locals']?.['step']).toBeDefined();

    const before = await stepsDone(client);
    await client.continueRequest({ threadId: 1 });
    await until(async () => (await stepsDone(client)) > before);
  });

  test('stops gracefully on terminate', async () => {
    const client = await server.client();
    await Promise.all([client.configurationSequence(), client.launch(steps(5000))]);
    await trained(client);
    const terminated = client.waitForEvent('terminated');
    await client.terminateRequest({});
    await terminated;
    expect(status(server.directories.at(-1))).toBe('stopped');
  });

  test('leaves the training running on disconnect, and attaches to it again', async () => {
    const client = await server.client();
    await Promise.all([client.configurationSequence(), client.launch(steps(5000))]);
    await trained(client);
    await client.disconnectRequest({});
    const run = server.directories.at(-1) ?? '';
    const again = await server.client();
    await again.initializeRequest();
    await Promise.all([
      again.waitForEvent('initialized').then(() => again.configurationDoneRequest()),
      again.attachRequest({ run } as DebugProtocol.AttachRequestArguments),
    ]);
    const first = await stepsDone(again);
    await until(async () => (await stepsDone(again)) > first);
    await again.disconnectRequest({ terminateDebuggee: true });
    await until(() => Promise.resolve(status(run) === 'stopped'));
  });

  test('tells what is wrong with a configuration, and ends the request', async () => {
    const client = await server.client();
    const launched = Promise.all([client.configurationSequence(), client.launch({ program: 'missing.py' })]);
    await expect(launched).rejects.toThrow(/missing\.py/);
    const misspelt = await server.client();
    const refused = Promise.all([misspelt.configurationSequence(), misspelt.launch({ program, arg: [] })]);
    await expect(refused).rejects.toThrow('Did you mean “args”?');
  });

  test('says where a script raised', async () => {
    const client = await server.client();
    const failing = server.script('fails.py', 'import sys\nx = [1]\nprint(x[3])\n');
    const output: DebugProtocol.OutputEvent['body'][] = [];
    client.on('output', ({ body }: DebugProtocol.OutputEvent) => output.push(body));
    const exited = client.waitForEvent('exited');
    const launched = client.launch({ program: failing, interpreter: python, env });
    await Promise.all([client.configurationSequence(), launched, client.waitForEvent('terminated')]);
    expect((await exited).body).toEqual({ exitCode: 1 });
    expect(output.at(-1)).toMatchObject({ category: 'stderr', line: 3, source: { path: failing } });
    expect(output.at(-1)?.output).toContain('IndexError');
  });

  test('refuses what it cannot do in words', async () => {
    const client = await server.client();
    await Promise.all([client.configurationSequence(), client.launch(steps(5000))]);
    await expect(client.nextRequest({ threadId: 1 })).rejects.toThrow(
      'The training is running. Pause it first.',
    );
    await expect(client.gotoRequest({ threadId: 1, targetId: 1 })).rejects.toThrow('cannot do "goto"');
    await trained(client);
    await expect(client.evaluateRequest({ expression: 'nothing' })).rejects.toThrow(
      '"nothing" is not a measure',
    );
    const { breakpoints } = (
      await client.setBreakpointsRequest({ source: { path: program }, breakpoints: [{ line: 3 }] })
    ).body;
    expect(breakpoints[0]).toMatchObject({ verified: false });
  });
});

/** Waits until something was measured. */
async function trained(client: DebugClient): Promise<void> {
  await until(async () => (await stepsDone(client)) > 2);
}

/** 0 until the training has come. */
async function stepsDone(client: DebugClient): Promise<number> {
  const asked = client.evaluateRequest({ expression: 'step', context: 'hover' });
  return asked.then(
    ({ body }) => Number(body.result),
    () => 0,
  );
}

async function allVariables(
  client: DebugClient,
  frameId: number,
): Promise<Record<string, Record<string, string>>> {
  const { scopes } = (await client.scopesRequest({ frameId })).body;
  const all: Record<string, Record<string, string>> = {};
  for (const { name, variablesReference } of scopes) {
    const { variables } = (await client.variablesRequest({ variablesReference })).body;
    all[name] = Object.fromEntries(variables.map((one) => [one.name, one.value]));
  }
  return all;
}

async function until(ask: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await ask()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('It did not come about.');
}

function status(directory: string | undefined): string {
  const manifest = JSON.parse(readFileSync(join(directory ?? '', 'run.json'), 'utf8')) as {
    summary: { status: string };
  };
  return manifest.summary.status;
}
