/** What rules say of a step before its update is applied. */
import { describe, expect, test } from 'vitest';
import { DiagnosisEngine } from '../../src/diagnosis/engine.js';
import type { Gate, LossSeen } from '../../src/protocol/telemetry.js';
import type { WireNumber } from '../../src/protocol/values.js';

type Scalars = Record<string, WireNumber>;

const LOSS: LossSeen = {
  ...{ type: 'loss', id: 0, series: 'loss', label: 'loss', optimizer: 0 },
  ...{ function: 'mse_loss', pure: true },
};

function gate(step: number, scalars: Scalars): Gate {
  return { type: 'gate', gate: step, time: step, kind: 'step', step, scalars, back: 0, ahead: 0 };
}

/** Goes through steps as a gated run does: each at its gate, then whole. Returns rules by the gate that raised them. */
function findingsAtGates(steps: Scalars[]): { gate: string[][]; later: string[] } {
  const engine = new DiagnosisEngine({ rules: {} });
  engine.accept(0, LOSS);
  const later: string[] = [];
  const atGates = steps.map((scalars, step) => {
    const found = engine.gate(0, gate(step, scalars)).map(({ rule }) => rule);
    const columns = Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, [value]]));
    later.push(
      ...engine
        .accept(0, { type: 'steps', first: step, time: [step], scalars: columns })
        .map(({ rule }) => rule),
    );
    return found;
  });
  return { gate: atGates, later };
}

const SOUND: Scalars = { loss: 1, gradNorm: 0.5 };

describe('before the update', () => {
  test('a gradient that is not finite is found, once', () => {
    const { gate: found, later } = findingsAtGates([SOUND, { loss: 1, gradNorm: 'NaN' }, SOUND]);
    expect(found).toEqual([[], ['non-finite-gradient'], []]);
    expect(later).not.toContain('non-finite-gradient');
  });

  test('a loss that is not finite is found, once', () => {
    const { gate: found, later } = findingsAtGates([SOUND, { loss: 'NaN', gradNorm: 'NaN' }]);
    expect(found[1]).toEqual(['non-finite-loss']);
    expect(later).not.toContain('non-finite-loss');
  });

  test('an explosion is found where the loss shows it', () => {
    const steps = [...Array.from({ length: 20 }, () => SOUND), { loss: 3, gradNorm: 1e6 }];
    const { gate: found } = findingsAtGates([...steps, { loss: 'Infinity', gradNorm: 'NaN' }]);
    expect(found.at(-1)).toContain('exploding-gradient');
    expect(found.slice(0, -1).flat()).toEqual([]);
  });

  test('a step that a gradient scaler may throw away is not judged yet', () => {
    const scaled: Scalars = { loss: 'Infinity', gradNorm: 'Infinity', lossScale: 65536 };
    expect(findingsAtGates([SOUND, scaled]).gate).toEqual([[], []]);
  });
});
