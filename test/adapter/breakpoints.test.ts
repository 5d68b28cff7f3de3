import { describe, expect, test } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Dialogue } from './scripted.js';

type Breakpoints = { breakpoints: DebugProtocol.Breakpoint[] };

function setFunctions(client: Dialogue, ...names: string[]): Promise<Breakpoints> {
  return client.request('setFunctionBreakpoints', { breakpoints: names.map((name) => ({ name })) });
}

function setFilters(client: Dialogue, ...filterOptions: object[]): Promise<Breakpoints> {
  return client.request('setExceptionBreakpoints', { filters: [], filterOptions });
}

describe('breakpoints', () => {
  test('are offered for every rule, with conditions', async () => {
    const client = new Dialogue();
    const { exceptionBreakpointFilters } = await client.request<DebugProtocol.Capabilities>('initialize');
    expect(exceptionBreakpointFilters?.map(({ filter }) => filter)).toEqual(
      expect.arrayContaining(['any-error', 'non-finite-loss', 'exploding-gradient']),
    );
    expect(exceptionBreakpointFilters?.every(({ supportsCondition }) => supportsCondition)).toBe(true);
  });

  test('that are set before the launch hold from the first step on, those with a mistake not', async () => {
    const client = new Dialogue();
    await client.request('initialize', { adapterID: 'training', clientID: 'vscode' });
    const begun = client.request('launch', { program: 'train.py' });
    await setFilters(client, { filterId: 'non-finite-loss', condition: 'step > 50' }, { filterId: 'none' });
    await setFunctions(client, 'step == 500', 'step ==');
    await client.request('configurationDone');
    await begun;
    expect(client.launched[0]).toEqual({
      program: 'train.py',
      breakpoints: {
        owner: 'dap:vscode',
        exceptions: [{ filter: 'non-finite-loss', condition: 'step > 50' }],
        functions: [{ expression: 'step == 500' }],
      },
    });
  });

  test('set later are sent at once, all of them', async () => {
    const client = new Dialogue();
    await client.begin();
    await setFunctions(client, 'step == 500');
    await setFilters(client, { filterId: 'any-error', condition: '' });
    expect(client.run.of('setBreakpoints').at(-1)).toEqual({
      owner: 'dap:',
      exceptions: [{ filter: 'any-error' }],
      functions: [{ expression: 'step == 500' }],
    });
  });

  test('set before attaching are sent when it is done', async () => {
    const client = new Dialogue();
    await client.request('initialize', { adapterID: 'training' });
    const begun = client.request('attach');
    await setFunctions(client, 'step == 500');
    await client.request('configurationDone');
    await begun;
    expect(client.run.of('setBreakpoints')).toMatchObject([{ functions: [{ expression: 'step == 500' }] }]);
  });

  test('say what is wrong with them, in the debug console too, and there once', async () => {
    const client = new Dialogue();
    await client.begin();
    const wrong = { filterId: 'non-finite-loss', condition: 'gradNrm > 1' };
    const { breakpoints } = await setFilters(client, wrong);
    await setFilters(client, wrong);
    expect(breakpoints[0]?.verified).toBe(false);
    expect(breakpoints[0]?.message).toContain('gradNorm');
    expect(client.printed('stderr')).toEqual([
      `The breakpoint "non-finite-loss: gradNrm > 1" is not in force: ${breakpoints[0]?.message}\n`,
    ]);
  });

  test('keep their numbers when others come', async () => {
    const client = new Dialogue();
    await client.begin();
    const first = await setFunctions(client, 'step == 5');
    const both = await setFunctions(client, 'step == 4', 'step == 5');
    expect(both.breakpoints[1]?.id).toBe(first.breakpoints[0]?.id);
    expect(new Set(both.breakpoints.map(({ id }) => id)).size).toBe(2);
  });

  test('at lines are not ours: what to do is said', async () => {
    const line = { source: { path: '/project/train.py' }, breakpoints: [{ line: 3 }] };
    const client = new Dialogue();
    await client.begin();
    const { breakpoints } = await client.request<Breakpoints>('setBreakpoints', line);
    expect(breakpoints).toMatchObject([{ verified: false, line: 3 }]);
    expect(breakpoints[0]?.message).toContain('"debugger": true');
    const debugged = new Dialogue();
    await debugged.begin('launch', {}, { debugger: true });
    const taken = await debugged.request<Breakpoints>('setBreakpoints', line);
    expect(taken.breakpoints[0]?.message).toContain('debugger of the language');
  });
});
