import { expect, test } from 'vitest';
import { LaunchError } from '../../../src/engine/launch/config.js';
import { parseEnvFile, readEnvFile } from '../../../src/engine/launch/envFile.js';

function parse(content: string): Record<string, string> {
  return parseEnvFile(content, { HOME: '/home/me' }, '.env');
}

test.each([
  ['A=1', { A: '1' }],
  ['export A = spaced out  # a comment', { A: 'spaced out' }],
  ['A=a#b', { A: 'a#b' }],
  ['A=', { A: '' }],
  ['A="line\\nbreak \\"quoted\\""', { A: 'line\nbreak "quoted"' }],
  ["A='as $it ${HOME} \\n is'", { A: 'as $it ${HOME} \\n is' }],
  ['A=${HOME}/x\nB="${A}/y"', { A: '/home/me/x', B: '/home/me/x/y' }],
  ['A=${NOWHERE}', { A: '' }],
  ['\uFEFF# heading\r\n\r\nA=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['A=1\nA=2', { A: '2' }],
])('%j is read', (content, variables) => {
  expect(parse(content)).toEqual(variables);
});

test.each(['A', '1A=2', 'A="open', "A='open", 'A="closed" and more'])(
  '%j is refused with its line',
  (line) => {
    expect(() => parse(`X=1\n${line}`)).toThrow(LaunchError);
    expect(() => parse(`X=1\n${line}`)).toThrow('Line 2 of the environment file .env');
  },
);

test('a file that is not there is named', () => {
  expect(() => readEnvFile('/no/such/.env', {})).toThrow('The environment file /no/such/.env cannot be read');
});
