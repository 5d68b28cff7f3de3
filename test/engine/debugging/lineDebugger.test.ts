/** The debugger of the language beside ours: a line breakpoint in a real training, by debugpy itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LaunchConfig } from '../../../src/protocol/runApi.js';
import { debuggerListens, HOST, withDebuggerPort } from '../../../src/ui/debug/debuggerPort.js';
import { consoleText, ended, snapshot, until, Workplace } from '../support/workplace.js';
import { Watcher } from './hold.js';

let place: Workplace;

beforeAll(async () => {
  place = await Workplace.create();
});

afterAll(() => place.dispose());

/** Attaches as VS Code's Python Debugger does: breakpoints are set once the adapter asks for them. */
async function attach(
  { debuggerPort: port }: LaunchConfig,
  path: string,
  line: number,
): Promise<DebugClient> {
  const client = new DebugClient('', '', 'debugpy');
  await client.start(port);
  await client.initializeRequest();
  const ready = client.waitForEvent('initialized');
  const attached = client.attachRequest({ connect: { host: HOST, port }, justMyCode: true } as object);
  await ready;
  const { body } = await client.setBreakpointsRequest({ source: { path }, breakpoints: [{ line }] });
  expect(body.breakpoints).toMatchObject([{ verified: true, line }]);
  await client.configurationDoneRequest();
  await attached;
  return client;
}

test('a line breakpoint stops a training that is observed and held as ever', async () => {
  const program = join(place.folder, 'digits.py');
  const line = readFileSync(program, 'utf8').split('\n').indexOf('    loss.backward()') + 1;
  const config = await withDebuggerPort(place.config({ program }), true);
  const { debuggerPort, env } = config;
  const functions = [{ expression: 'step == 12' }];
  const breakpoints = { owner: 'test', exceptions: [], functions };
  const { client } = await place.launch({ program, debuggerPort, env, breakpoints });
  const run = new Watcher(client);
  await until('debugpy listens', () => debuggerListens(config));

  const debugpy = await attach(config, program, line);
  const { body } = (await debugpy.waitForEvent('stopped')) as DebugProtocol.StoppedEvent;
  expect(body).toMatchObject({ reason: 'breakpoint' });
  const threadId = body.threadId ?? 0;
  const { body: stack } = await debugpy.stackTraceRequest({ threadId, levels: 1 });
  expect(stack.stackFrames).toMatchObject([{ line, source: { path: program } }]);
  expect(consoleText(await snapshot(client))).not.toContain('loss');

  await debugpy.setBreakpointsRequest({ source: { path: program }, breakpoints: [] });
  await debugpy.continueRequest({ threadId });
  expect(await run.place(0)).toMatchObject({ kind: 'step', step: 12 });
  const end = ended(client);
  await run.advance('continue');
  expect(await end).toMatchObject({ status: 'completed', steps: 40 });
  const seen = await snapshot(client);
  const last = Number(
    consoleText(seen)
      .match(/loss (\S+)\n/g)
      ?.at(-1)
      ?.slice(5),
  );
  const loss = seen.series.find(({ name }) => name === 'loss');
  expect(loss).toMatchObject({ points: 40, firstStep: 0, lastStep: 39 });
  expect(loss?.last).toBeCloseTo(last, 5);
  await debugpy.disconnectRequest();
  await until('its adapter has left', async () => !(await debuggerListens(config)));
}, 120_000);
