import { describe, expect, test } from 'vitest';
import type { InspectRequests } from '../../src/protocol/inspection.js';
import { text } from '../../src/protocol/values.js';
import { Dialogue, settled, stop } from './scripted.js';

type Evaluate = InspectRequests['evaluate']['params'];

async function held(features: object = {}): Promise<Dialogue> {
  const client = new Dialogue();
  await client.begin('launch', features);
  await client.hold(stop());
  return client;
}

/** Answers these names, and refuses others as Python does. */
function knows(client: Dialogue, values: Record<string, string>): Evaluate[] {
  const asked: Evaluate[] = [];
  client.run.inspection.evaluate = (params) => {
    asked.push(params);
    const value = values[params.expression];
    if (value === undefined) throw new Error(`NameError: name '${params.expression}' is not defined`);
    return { name: '', value, reference: 0, output: '' };
  };
  return asked;
}

describe('an expression', () => {
  test('is evaluated in the frame that is selected, and given up in time', async () => {
    const client = await held();
    const asked = knows(client, { x: '3' });
    const code = (await client.frames())[3];
    for (const context of ['repl', 'watch', 'hover', 'clipboard', undefined]) {
      const frameId = code?.id;
      expect(await client.request('evaluate', { expression: 'x', frameId, context })).toMatchObject({
        result: '3',
      });
    }
    expect(asked.map(({ frame, context, timeout }) => [frame, context, timeout])).toEqual([
      [2, 'repl', 10],
      [2, 'watch', 2],
      [2, 'hover', 2],
      [2, 'clipboard', 10],
      [2, 'watch', 2],
    ]);
  });

  test('without a frame, or in that of the step, is evaluated in the innermost code of the user', async () => {
    const client = await held();
    const asked = knows(client, { x: '3' });
    const [step] = await client.frames();
    await client.request('evaluate', { expression: 'x' });
    await client.request('evaluate', { expression: 'x', frameId: step?.id });
    expect(asked.map(({ frame }) => frame)).toEqual([1, 1]);
  });

  test('means a variable of the user rather than a measure of the same name', async () => {
    const client = await held();
    knows(client, { loss: 'tensor(0.3)' });
    expect(await client.request('evaluate', { expression: 'loss' })).toMatchObject({ result: 'tensor(0.3)' });
    expect(await client.request('evaluate', { expression: ' validation.loss ' })).toMatchObject({
      result: '0.75',
    });
  });

  test('that fails says why, without a message of its own on the screen', async () => {
    const client = await held();
    const failed = client.request('evaluate', { expression: 'nothing', context: 'watch' });
    await expect(failed).rejects.toThrow("NameError: name 'nothing' is not defined");
    expect(client.told.at(-1)).toMatchObject({ body: { error: { showUser: false } } });
    await expect(client.request('evaluate', { expression: 'constructor' })).rejects.toThrow('NameError');
  });

  test('that the training refuses says why in the language of the client', async () => {
    const client = await held();
    client.translate = ({ template, args }) => `<${template}|${args.join()}>`;
    client.run.inspection.evaluate = () => {
      throw Object.assign(new Error(), { problem: text('{0}: {1}', 'NameError', 'x') });
    };
    await expect(client.request('evaluate', { expression: 'x' })).rejects.toThrow('<{0}: {1}|NameError,x>');
  });

  test('prints to the debug console', async () => {
    const client = await held({ supportsInvalidatedEvent: true });
    client.run.inspection.evaluate = () => ({ name: '', value: 'None', reference: 0, output: 'hello\n' });
    await client.request('evaluate', { expression: 'print("hello")', context: 'repl' });
    expect(client.printed('stdout')).toEqual(['hello\n']);
    expect(client.events('invalidated')).toEqual([{ areas: ['variables'] }]);
  });

  test('that is a tree can be opened', async () => {
    const client = await held();
    client.run.inspection.evaluate = () => ({ name: '', value: 'Linear(3, 1)', reference: 6, named: 2 });
    const body = await client.request('evaluate', { expression: 'model' });
    const children = await client.variables(Number(body['variablesReference']));
    expect(children.map(({ name }) => name)).toEqual(['weight', 'histogram']);
  });

  test('can only be a measure while training runs', async () => {
    const client = new Dialogue();
    await client.begin();
    client.run.measures = { loss: 'NaN', lr: 0.1 };
    expect(await client.request('evaluate', { expression: 'loss' })).toMatchObject({ result: 'NaN' });
    await expect(client.request('evaluate', { expression: 'model' })).rejects.toThrow(
      '"model" is not a measure, and expressions are evaluated only while the training is held. Measures are: loss, lr.',
    );
  });
});

describe('setting an expression', () => {
  test('assigns, and answers what it is then', async () => {
    const client = await held();
    const asked = knows(client, { 'x[0] = 5': '', 'x[0]': '5' });
    const body = await client.request('setExpression', { expression: 'x[0]', value: '5' });
    expect(body).toMatchObject({ value: '5' });
    expect(asked.map(({ expression, context }) => [expression, context])).toEqual([
      ['x[0] = 5', 'repl'],
      ['x[0]', 'watch'],
    ]);
  });

  test('that is only measured is refused: a new variable would come of it', async () => {
    const client = await held();
    const asked = knows(client, {});
    const refused = client.request('setExpression', { expression: 'lr', value: '1' });
    await expect(refused).rejects.toThrow('"lr" is measured and cannot be set.');
    expect(asked.map(({ expression }) => expression)).toEqual(['lr']);
  });
});

describe('completions', () => {
  test('come from the training, and replace the word', async () => {
    const client = await held();
    const args = { text: 'x = 1\nmodel.la', line: 2, column: 9 };
    expect((await client.request('completions', args))['targets']).toEqual([
      { label: 'layer', type: 'property', start: 7, length: 2 },
    ]);
    expect(client.run.of('inspect').at(-1)).toMatchObject({
      call: { params: { text: 'model.la', column: 8, frame: 1 } },
    });
  });

  test('have no start for VS Code, which would count it from 0', async () => {
    const client = await held({ clientID: 'vscode' });
    const { targets } = await client.request('completions', { text: 'model.la', column: 9 });
    expect(targets).toEqual([{ label: 'layer', type: 'property', length: 2 }]);
  });

  test('are names of measures while training runs', async () => {
    const client = new Dialogue();
    await client.begin();
    const { targets } = await client.request('completions', { text: '1 + validation.l', column: 17 });
    expect(targets).toEqual([{ label: 'validation.loss', type: 'value', length: 12 }]);
  });

  test('are given up when the client no longer wants them', async () => {
    const client = await held();
    client.run.inspection.completions = () => new Promise(() => undefined);
    const number = client.next;
    const pending = client.request('completions', { text: 'mo', column: 3 });
    await settled();
    await client.request('cancel', { requestId: number });
    await expect(pending).rejects.toThrow('cancelled');
  });
});
