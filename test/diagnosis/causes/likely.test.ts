import { describe, expect, it } from 'vitest';
import { DiagnosisEngine } from '../../../src/diagnosis/engine.js';
import { explodingGradient } from '../../../src/diagnosis/rules/exploding-gradient.js';
import { initialLoss } from '../../../src/diagnosis/rules/initial-loss.js';
import { nonFiniteLoss } from '../../../src/diagnosis/rules/non-finite-loss.js';
import { updateRatio } from '../../../src/diagnosis/rules/update-ratio.js';
import type { Finding } from '../../../src/protocol/runApi.js';
import type { Batch, LayersSeen, OriginSeen, ProbeMessage } from '../../../src/protocol/telemetry.js';
import { formatText } from '../../../src/protocol/values.js';
import { at, LINES, lossSeen, optimizerSeen, steps } from '../ruleTester.js';

const RULES = [initialLoss, nonFiniteLoss, explodingGradient];

function first(...messages: ProbeMessage[]): Finding {
  const engine = new DiagnosisEngine({ rules: {} }, RULES);
  for (const message of messages) engine.accept(0, message);
  return engine.findings[0]!;
}

const ids = (finding: Finding) => (finding.causes ?? []).map(({ id }) => id);
const explosion = { loss: [2.3, NaN], gradNorm: [50, NaN], updateRatio: [40, NaN], 'lr/0': [10, 10] };
const lstm: LayersSeen = { type: 'layers', layers: [{ name: 'rnn', kind: 'LSTM', source: at(7) }] };

function batch(min: number, max: number, nonFinite = 0): Batch {
  const input = { name: 'input', shape: [64, 3], dtype: 'float32', device: 'cpu', min, max, nonFinite };
  return { type: 'batch', step: 0, tensors: [input] };
}

describe('likely causes', () => {
  it('puts an explosion on the line of the optimizer when its learning rate stands out', () => {
    const found = first(optimizerSeen(), lossSeen(), steps(explosion));
    expect(found.rule).toBe('exploding-gradient');
    expect(ids(found)[0]).toBe('learning-rate-too-high');
    expect(formatText(found.causes![0]!.because)).toBe(
      'SGD has a learning rate of 10; 1 is the upper end of what is usual for it.',
    );
    expect(found.source?.line).toBe(LINES.optimizer);
  });

  it('leaves the line alone between causes that are equally likely', () => {
    const found = first(optimizerSeen(), lossSeen(), lstm, steps({ ...explosion, 'lr/0': [0.01, 0.01] }));
    expect(ids(found)).toEqual(['missing-clipping', 'learning-rate-too-high']);
    expect(found.source?.line).toBe(LINES.backward);
  });

  it('doubts an output only where the loss wants another', () => {
    const causes = (given: object) => {
      const loss = lossSeen({ outputActivation: 'softmax', ...given });
      return ids(first(optimizerSeen(), loss, steps({ loss: [80] })));
    };
    expect(causes({})).toEqual(['loss-at-odds-with-output']);
    expect(causes({ expects: 'probabilities' })).toEqual([]);
    expect(causes({ expects: 'probabilities', outputActivation: 'relu' })).toEqual([
      'loss-at-odds-with-output',
    ]);
  });

  it('names inputs on a large scale for a first loss that is too high', () => {
    const found = first(optimizerSeen(), lossSeen(), batch(0, 255), steps({ loss: [80] }));
    expect(found.rule).toBe('initial-loss');
    expect(ids(found)).toEqual(['inputs-not-normalised']);
  });

  it('tells data that is not finite from a logarithm of zero, by where it began', () => {
    const origin: OriginSeen = {
      type: 'origin',
      step: 1,
      direction: 'loss',
      layer: -1,
      module: '',
      kind: '',
      operation: 'log',
      source: at(21),
      inputMin: 0,
    };
    const broken = [optimizerSeen(), lossSeen(), steps({ loss: [2.3, NaN] })];
    expect(ids(first(...broken))).toEqual([]);
    expect(ids(first(batch(0, 1, 3), ...broken))[0]).toBe('non-finite-data');
    const late = first(...broken, origin);
    expect(ids(late)).toEqual(['undefined-operation']);
    expect(late.source?.line).toBe(21);
  });

  it('puts updates as large as the weights down to the learning rate', () => {
    const flat = Array<number>(40).fill(2.3);
    const update = (ratio: number) => {
      const series = { loss: flat, gradNorm: flat, updateRatio: flat.map(() => ratio), 'lr/0': flat };
      const engine = new DiagnosisEngine({ rules: {} }, [updateRatio]);
      for (const message of [optimizerSeen(), lossSeen(), steps(series)]) engine.accept(0, message);
      return engine.findings[0]!;
    };
    expect(ids(update(0.9))).toEqual(['learning-rate-too-high']);
    expect(ids(update(1e-9))).toEqual([]);
  });

  it('blames neither rate nor clipping for what is not finite before the first update', () => {
    const engine = new DiagnosisEngine({ rules: {} }, [nonFiniteLoss]);
    for (const message of [optimizerSeen(), lossSeen(), lstm, steps({ ...explosion, loss: [NaN, NaN] })])
      engine.accept(0, message);
    expect(ids(engine.findings[0]!)).toEqual([]);
  });

  it('finds recurrent weights that multiply the state, and names their layer', () => {
    const cell = { name: 'cell', kind: 'RNNCell', source: at(9) };
    const layers: LayersSeen = { type: 'layers', layers: [{ name: '', kind: 'Net', source: at(8) }, cell] };
    const table = (std: number, shape: number[]): ProbeMessage => ({
      type: 'parameters',
      parameters: [
        {
          ...{ name: 'cell.weight_hh', shape, dtype: 'float32', device: 'cpu', requiresGrad: true, layer: 1 },
          ...{ optimizer: 0, initial: { mean: 0, std } },
        },
      ],
    });
    const causes = (parameters: ProbeMessage) =>
      first(optimizerSeen(), lossSeen(), layers, parameters, steps({ loss: [NaN] })).causes ?? [];
    expect(causes(table(0.4, [20, 20])).map(({ id }) => id)).toEqual(['poor-initialisation']);
    expect(causes(table(0.4, [20, 20]))[0]?.source?.line).toBe(9);
    expect(formatText(causes(table(0.4, [20, 20]))[0]!.because)).toBe(
      'cell.weight_hh multiplies the state by about 1.789 at every position of the sequence.',
    );
    expect(causes(table(0.13, [20, 20]))).toEqual([]);
    expect(causes(table(0.4, [80, 20]))).toEqual([]);
  });

  it('says nothing of causes for a finding that names the cause itself', () => {
    const engine = new DiagnosisEngine({ rules: {} }, RULES);
    for (const message of [optimizerSeen(), lossSeen(), steps(explosion)]) engine.accept(0, message);
    const [root, symptom] = engine.findings;
    expect([root?.rule, symptom?.rule, symptom?.cause]).toEqual([
      'exploding-gradient',
      'non-finite-loss',
      'exploding-gradient',
    ]);
    expect(ids(symptom!)).toEqual(['exploding-gradient']);
    expect(symptom!.causes![0]!.fix).toEqual(root!.fixes[0]!.title);
  });
});
