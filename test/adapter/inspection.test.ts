import { describe, expect, test } from 'vitest';
import { text } from '../../src/protocol/values.js';
import { Dialogue, FILE, FORENSICS, nanStop, place, running, series, stop } from './scripted.js';

async function held(stopped = stop(), features: object = {}): Promise<Dialogue> {
  const client = new Dialogue();
  await client.begin('launch', features);
  await client.hold(stopped);
  return client;
}

const shown = (frames: { name: string; line: number; presentationHint?: string }[]) =>
  frames.map(({ name, line, presentationHint }) => [name, line, presentationHint ?? 'normal']);

describe('the stack', () => {
  test('is the step at the line of the user, then the code', async () => {
    const client = await held();
    expect(shown(await client.frames())).toEqual([
      ['step 412, epoch 3, batch 12', 31, 'normal'],
      ['step', 80, 'subtle'],
      ['train', 31, 'normal'],
      ['<module>', 40, 'normal'],
    ]);
  });

  test('has the module first that made a non-finite value, and those before it after the step', async () => {
    const client = await held(nanStop());
    expect(shown(await client.frames()).slice(0, 4)).toEqual([
      ['model.layer3 (Linear), input -1 … 2, output 64 not finite', 12, 'normal'],
      ['step 412, epoch 3, batch 12', 31, 'normal'],
      ['model.layer2 (Linear), input -1 … 2, output 0 … 9', 11, 'subtle'],
      ['model.layer1 (Linear), input -1 … 2, output -0.5 … 0.5', 10, 'subtle'],
    ]);
  });

  test.each([
    ['loss', 'log', 'log in the loss'],
    ['loss', undefined, 'the loss'],
    ['input', undefined, 'the batch'],
    ['backward', 'sqrt', 'sqrt'],
    ['backward', undefined, 'the backward pass'],
  ] as const)(
    'has the line first that is at fault where no module is: %s, %s',
    async (direction, operation, name) => {
      const client = new Dialogue();
      await client.begin();
      const { operation: _operation, ...rest } = FORENSICS;
      const found = { ...rest, direction, offending: -1, ...(operation && { operation }) };
      client.run.inspection.forensics = () => found;
      await client.hold(nanStop());
      const frames = await client.frames();
      expect(shown(frames).slice(0, 3)).toEqual([
        [name, 20, 'normal'],
        ['step 412, epoch 3, batch 12', 31, 'normal'],
        ['model.layer3 (Linear), input -1 … 2, output 64 not finite', 12, 'subtle'],
      ]);
      expect(Object.keys(await client.scopes(frames[0]?.id ?? 0))).toContain('Model');
    },
  );

  test('comes in pages, the first of one frame, and is asked of the training once', async () => {
    const client = await held(nanStop());
    const first = await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 1 });
    expect(first).toMatchObject({ stackFrames: [{ line: 12 }], totalFrames: 7 });
    const rest = await client.frames(1, { startFrame: 1, levels: 19 });
    expect(rest.map(({ name }) => name).slice(-2)).toEqual(['train', '<module>']);
    expect(rest).toHaveLength(6);
    const stacks = client.run.of('inspect').filter((one) => JSON.stringify(one).includes('"stack"'));
    expect(stacks).toHaveLength(1);
  });

  test.each([
    [{ kind: 'microBatch', microBatch: 1 } as const, 'step 412, epoch 3, batch 12, micro-batch 1'],
    [{ kind: 'validation' } as const, 'validation, step 412, epoch 3, batch 12'],
    [{ optimizer: 1 }, 'step 412, epoch 3, batch 12, optimizer 1'],
    [{ ahead: 2 }, 'step 412, epoch 3, batch 12, 2 steps back'],
  ])('names the place: %o', async (at, name) => {
    const client = await held(stop({}, at));
    expect((await client.frames())[0]?.name).toBe(name);
  });

  test('counts lines as the client does', async () => {
    const client = await held(stop(), { linesStartAt1: false, columnsStartAt1: false });
    expect((await client.frames())[0]).toMatchObject({ line: 30, column: 0, source: { path: FILE } });
  });

  test('is empty while training runs', async () => {
    const client = new Dialogue();
    await client.begin();
    expect(await client.frames()).toEqual([]);
  });
});

describe('scopes', () => {
  test('of the step begin with what is measured, those of code with its locals', async () => {
    const client = await held();
    const [step, , code] = await client.frames();
    expect(Object.keys(await client.scopes(step?.id ?? 0))).toEqual([
      'Step',
      'Optimizer',
      'Model',
      'Batch',
      'Metrics',
      'Hardware',
      'Locals',
    ]);
    expect(Object.keys(await client.scopes(code?.id ?? 0))[0]).toBe('Locals');
  });

  test('of a module begin with what went in and came out', async () => {
    const client = await held(nanStop());
    const [module] = await client.frames();
    const scopes = await client.scopes(module?.id ?? 0);
    expect(Object.keys(scopes)[0]).toBe('Module');
    expect(await client.variables(scopes['Module'] ?? 0)).toMatchObject([
      { name: 'input', value: '-1 … 2' },
      { name: 'output', value: '64 not finite' },
    ]);
  });

  test('show the step: place, measures, why it is held and how far back one can go', async () => {
    const client = await held(stop({ expression: 'step == 412' }, { backLimit: text('Full.'), ahead: 1 }));
    const [frame] = await client.frames();
    const variables = await client.variables((await client.scopes(frame?.id ?? 0))['Step'] ?? 0);
    expect(variables.map(({ name, value }) => `${name} = ${value}`)).toEqual([
      'step = 412',
      'epoch = 3',
      'batch = 12',
      'loss = 0.25',
      'gradNorm = 1.5',
      'reason = Paused',
      'breakpoint = step == 412',
      'steps that can be gone back = 2 (Full.)',
      'recorded steps ahead = 1',
    ]);
  });

  test('show the latest of every series, those of one kind together, and hardware with its own', async () => {
    const client = new Dialogue();
    const all = [
      series('loss', 0.123456789),
      series('time/step', 0.5),
      series('time/data', 0.25),
      series('lr/0', 'NaN'),
      series('gpu/0/memory', 7),
    ];
    client.run.snapshot = running(1, all);
    await client.begin();
    await client.hold(stop());
    const [frame] = await client.frames();
    const scopes = await client.scopes(frame?.id ?? 0);
    const metrics = await client.variables(scopes['Metrics'] ?? 0);
    expect(metrics).toMatchObject([
      { name: 'loss', value: '0.1234568', evaluateName: 'loss' },
      { name: 'time', value: 'step 0.5, data 0.25' },
      { name: 'lr/0', value: 'NaN', evaluateName: 'lr' },
    ]);
    expect(await client.variables(metrics[1]?.variablesReference ?? 0)).toMatchObject([
      { name: 'time/step', evaluateName: 'time.step' },
      { name: 'time/data' },
    ]);
    expect(await client.variables(scopes['Hardware'] ?? 0)).toMatchObject([
      { name: 'cpu', value: '16 cores' },
      { name: 'gpu/0/memory', value: '7' },
    ]);
  });

  test('name the rank that is slow and the one that computes something else', async () => {
    const client = new Dialogue();
    const rank = (number: number, norm: number, forward: number) => [
      series('gradNorm', norm, number),
      series('time/data', 0.001, number),
      series('time/forward', forward, number),
    ];
    client.run.snapshot = running(3, [...rank(0, 1, 0.01), ...rank(1, 1, 0.04), ...rank(2, 3, 0.01)]);
    await client.begin();
    await client.hold(stop());
    const [frame] = await client.frames();
    const [ranks] = await client.variables((await client.scopes(frame?.id ?? 0))['Metrics'] ?? 0);
    expect(ranks?.value).toBe(
      'Rank 1 is the slowest: 41.0 ms before the backward pass, the others 11.0 ms. ' +
        'The gradient of rank 2 differs from those of the others.',
    );
    expect(await client.variables(ranks?.variablesReference ?? 0)).toMatchObject([
      { name: 'Rank 0', value: 'gradNorm 1' },
      { name: 'Rank 1' },
      { name: 'Rank 2', value: 'gradNorm 3' },
    ]);
  });
});

describe('variables', () => {
  async function model(client: Dialogue) {
    const [frame] = await client.frames();
    const [layer] = await client.variables((await client.scopes(frame?.id ?? 0))['Model'] ?? 0);
    return client.variables(layer?.variablesReference ?? 0);
  }

  test('say what the client needs: type, pages, laziness, whether they can be set', async () => {
    const client = await held(stop(), { supportsVariablePaging: true });
    expect(await model(client)).toMatchObject([
      {
        name: 'weight',
        type: 'Parameter',
        indexedVariables: 300,
        presentationHint: { attributes: ['readOnly'] },
      },
      { name: 'histogram', presentationHint: { lazy: true } },
    ]);
  });

  test('are asked for in the pages that the client wants', async () => {
    const client = await held(stop(), { supportsVariablePaging: true });
    const [weight] = await model(client);
    await client.variables(weight?.variablesReference ?? 0, { start: 100, count: 50, filter: 'indexed' });
    expect(client.run.of('inspect').at(-1)).toEqual({
      rank: 0,
      call: { method: 'variables', params: { reference: 7, start: 100, count: 50, filter: 'indexed' } },
    });
  });

  test('are whole for a client that knows no pages', async () => {
    const client = await held();
    expect((await model(client))[0]).not.toHaveProperty('indexedVariables');
  });

  test('of an earlier stop are refused', async () => {
    const client = await held();
    const [frame] = await client.frames();
    const scopes = await client.scopes(frame?.id ?? 0);
    await client.request('continue', { threadId: 1 });
    await expect(client.variables(scopes['Model'] ?? 0)).rejects.toThrow('belongs to an earlier stop');
    await client.hold(stop());
    await expect(client.scopes(frame?.id ?? 0)).rejects.toThrow('belongs to an earlier stop');
  });
});

describe('setting a variable', () => {
  async function optimizer(client: Dialogue, thread = 1): Promise<number> {
    const [frame] = await client.frames(thread);
    const scopes = await client.scopes(frame?.id ?? 0);
    const [group] = await client.variables(scopes['Optimizer'] ?? 0);
    return group?.variablesReference ?? 0;
  }

  test('answers what it is then, and has all else shown anew', async () => {
    const client = await held(stop(), { supportsInvalidatedEvent: true });
    const variablesReference = await optimizer(client);
    const body = await client.request('setVariable', { variablesReference, name: 'lr', value: '0.01' });
    expect(body).toEqual({ value: '0.01', variablesReference: 0 });
    expect(client.events('invalidated')).toEqual([{ areas: ['variables'] }]);
  });

  test('of the optimizer sets it in every rank', async () => {
    const ranks = [0, 1].map((rank) => ({ rank, place: place() }));
    const client = new Dialogue();
    client.run.snapshot = running(2);
    await client.begin();
    await client.hold(stop({ ranks }));
    const variablesReference = await optimizer(client, 2);
    await client.request('setVariable', { variablesReference, name: 'lr', value: '0.01' });
    const set = client.run.of('inspect').filter((one) => JSON.stringify(one).includes('setVariable'));
    const params = { reference: 5, name: 'lr', value: '0.01' };
    expect(set).toEqual([
      { rank: 1, call: { method: 'setVariable', params } },
      { rank: 0, call: { method: 'setVariable', params } },
    ]);
  });

  test('that is measured is refused', async () => {
    const client = await held();
    const [frame] = await client.frames();
    const variablesReference = (await client.scopes(frame?.id ?? 0))['Step'] ?? 0;
    const refused = client.request('setVariable', { variablesReference, name: 'loss', value: '1' });
    await expect(refused).rejects.toThrow('"loss" is measured and cannot be set.');
  });
});
