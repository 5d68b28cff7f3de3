import { expect, it } from 'vitest';
import { countFindings } from '../../src/run/findings.js';

it('counts a cause once, however many symptoms it has', () => {
  const counts = countFindings([
    { severity: 'error', cause: null },
    { severity: 'error', cause: 'exploding-gradient' },
    { severity: 'warning', cause: null },
  ]);
  expect(counts).toEqual({ error: 1, warning: 1, info: 0, hint: 0 });
});
