import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { StatusLine } from '../../../src/engine/launch/statusLine.js';

const ERASE = '\r\u001b[K';

function terminal(): { status: StatusLine; shown: () => string } {
  const out = new PassThrough();
  return { status: new StatusLine(out), shown: () => String(out.read() ?? '') };
}

test('a line of our own stands above the status, which is drawn again', () => {
  const { status, shown } = terminal();
  status.set('step 1');
  status.say('found');
  expect(shown()).toBe(`step 1${ERASE}found\nstep 1`);
});

test('it never continues a line that the training has begun', () => {
  const { status, shown } = terminal();
  status.around(Buffer.from('epoch 1: 30 %'), () => undefined);
  status.say('found');
  expect(shown()).toBe('\nfound\n');
});
