import { describe, expect, test } from 'vitest';
import { text } from '../../src/protocol/values.js';
import { Dialogue, FILE, nanStop, place, running, settled, stop } from './scripted.js';

async function begun(features: object = {}): Promise<Dialogue> {
  const client = new Dialogue();
  await client.begin('launch', features);
  return client;
}

describe('a training that is held', () => {
  test('tells why, with the numbers and the rank', async () => {
    const client = await begun();
    await client.hold(nanStop());
    expect(client.events('stopped')).toEqual([
      {
        reason: 'exception',
        description: 'The loss is NaN',
        text: 'The loss is NaN.',
        threadId: 1,
        allThreadsStopped: true,
      },
    ]);
  });

  test.each([
    ['entry', 'entry'],
    ['pause', 'pause'],
    ['step', 'step'],
    ['finding', 'exception'],
    ['expression', 'function breakpoint'],
  ] as const)('because of %s is told as %s', async (reason, told) => {
    const client = await begun();
    await client.hold(stop({ reason }));
    expect(client.events('stopped')[0]).toMatchObject({ reason: told });
  });

  test('is told at once to a client that attaches', async () => {
    const client = new Dialogue();
    client.run.snapshot = { ...running(), stop: stop() };
    await client.begin('attach');
    expect(client.events('stopped')).toHaveLength(1);
    expect(client.order().indexOf('thread')).toBeLessThan(client.order().indexOf('stopped'));
  });

  test('says where a non-finite value comes from, with the modules to open, also when training goes on', async () => {
    const client = await begun();
    await client.hold(nanStop());
    const why = client.events('output').find(({ output }) => String(output).startsWith('Why: '));
    expect(why).toMatchObject({
      output: 'Why: model.layer3 takes the logarithm of 0.\n',
      line: 20,
      source: { path: FILE },
    });
    client.run.say('continued', {});
    const [root] = await client.variables(Number(why?.['variablesReference']));
    const modules = await client.variables(root?.variablesReference ?? 0);
    expect(modules).toEqual([
      expect.objectContaining({ name: 'model.layer1 (Linear)', value: 'input -1 … 2; output -0.5 … 0.5' }),
      expect.objectContaining({ name: 'model.layer2 (Linear)' }),
      expect.objectContaining({ name: 'model.layer3 (Linear)', value: 'input -1 … 2; output 64 not finite' }),
    ]);
  });

  test('explains itself in full', async () => {
    const client = await begun();
    await client.hold(nanStop());
    const info = await client.request('exceptionInfo', { threadId: 1 });
    expect(info).toMatchObject({ exceptionId: 'non-finite-loss', description: 'The loss is NaN.' });
    const { stackTrace } = info['details'] as { stackTrace: string };
    expect(stackTrace.split('\n\n')).toEqual([
      'A model that learns nothing wastes the run.',
      expect.stringContaining('model.layer3 takes the logarithm of 0.\n  model.layer1 (Linear): input'),
      expect.stringContaining('Likely causes:\n  The learning rate is too low'),
      '• Check the learning rate',
    ]);
  });

  test('is held by a breakpoint that the client knows', async () => {
    const client = await begun();
    const { breakpoints } = await client.request('setFunctionBreakpoints', {
      breakpoints: [{ name: 'step == 500' }],
    });
    await client.hold(stop({ reason: 'expression', expression: 'step == 500' }));
    const [{ id } = { id: 0 }] = breakpoints as { id: number }[];
    expect(client.events('stopped')[0]).toMatchObject({ hitBreakpointIds: [id] });
  });
});

describe('going on', () => {
  test.each([
    ['continue', 'continue'],
    ['next', 'over'],
    ['stepIn', 'into'],
    ['stepOut', 'out'],
    ['stepBack', 'back'],
    ['skipUpdate', 'skip'],
  ])('%s asks for %s', async (command, how) => {
    const client = await begun();
    await client.hold(stop());
    await client.request(command, { threadId: 1 });
    expect(client.run.of('advance')).toEqual([{ how }]);
  });

  test('is answered before the stop that comes of it, however soon that is', async () => {
    const client = await begun();
    await client.hold(stop());
    client.run.onAdvance = () => {
      client.run.say('continued', {});
      client.run.say('stopped', stop({ reason: 'step' }));
    };
    await client.request('next', { threadId: 1 });
    await settled();
    expect(client.order().slice(-2)).toEqual(['<next>', 'stopped']);
    expect(client.events('continued')).toEqual([]);
  });

  test('from the past is explained, once a session', async () => {
    const client = await begun();
    await client.hold(stop());
    expect(client.printed('console')).toEqual([]);
    for (let count = 0; count < 2; count++) await client.hold(stop({}, { ahead: 1 }));
    expect(client.printed('console')).toEqual([
      expect.stringMatching(/^In the past, .* Continue goes on from here with the next batch of the script/),
    ]);
  });

  test('is told where another client, or nobody, asked for it', async () => {
    const client = await begun();
    await client.hold(stop());
    client.run.say('continued', {});
    expect(client.events('continued')).toEqual([{ threadId: 1, allThreadsContinued: true }]);
  });

  test('is refused while training runs, and back where nothing is kept', async () => {
    const client = await begun();
    await expect(client.request('next', { threadId: 1 })).rejects.toThrow(
      'The training is running. Pause it',
    );
    await client.hold(stop({}, { back: 0 }));
    await expect(client.request('stepBack', { threadId: 1 })).rejects.toThrow('There is no earlier step');
    await client.hold(stop({}, { back: 0, backLimit: text('Raise {0}.', 'stepBackMemory') }));
    await expect(client.request('reverseContinue', { threadId: 1 })).rejects.toThrow('Raise stepBackMemory.');
    expect(client.run.of('advance')).toEqual([]);
  });

  test('back to the oldest step tells of that one only', async () => {
    const client = await begun();
    await client.hold(stop({}, { back: 3 }));
    let back = 3;
    client.run.onAdvance = () => {
      back--;
      setImmediate(() => client.run.say('stopped', stop({ reason: 'step' }, { back, step: back })));
    };
    await client.request('reverseContinue', { threadId: 1 });
    await settled();
    expect(client.run.of('advance')).toHaveLength(3);
    expect(client.events('stopped')).toHaveLength(2);
    expect((await client.frames())[0]?.name).toBe('step 0, epoch 3, batch 12');
  });

  test('that fails leaves the training held', async () => {
    const client = await begun();
    await client.hold(stop());
    client.run.onAdvance = () => {
      throw new Error('No.');
    };
    await expect(client.request('next', { threadId: 1 })).rejects.toThrow('No.');
    expect(await client.frames()).not.toEqual([]);
  });
});

describe('ranks', () => {
  test('are threads; one that is not held with the others has ended', async () => {
    const client = new Dialogue();
    client.run.snapshot = running(3);
    await client.begin();
    await client.hold(
      stop({
        rank: 2,
        ranks: [
          { rank: 0, place: place() },
          { rank: 2, place: place() },
        ],
      }),
    );
    expect(client.events('stopped')[0]).toMatchObject({ threadId: 3 });
    expect(client.events('thread').at(-1)).toEqual({ reason: 'exited', threadId: 2 });
    expect((await client.request('threads'))['threads']).toEqual([
      { id: 1, name: 'rank 0' },
      { id: 3, name: 'rank 2' },
    ]);
    await expect(client.frames(2)).rejects.toThrow('Rank 1 is not held');
  });

  test('that end while others are held leave what is shown of these as it is', async () => {
    const client = new Dialogue();
    client.run.snapshot = running(2);
    await client.begin();
    const both = stop({ ranks: [0, 1].map((rank) => ({ rank, place: place() })) });
    await client.hold(both);
    const [frame] = await client.frames();
    await client.hold({ ...both, ranks: both.ranks.slice(0, 1) });
    expect(client.events('stopped')).toHaveLength(1);
    expect(client.events('thread').at(-1)).toEqual({ reason: 'exited', threadId: 2 });
    expect(await client.scopes(frame?.id ?? 0)).toHaveProperty('Step');
  });
});
