import { fromWire, text, type SourceLine } from '../../../protocol/values.js';
import { readable } from '../../format.js';
import { layerLine } from '../../parameterTable.js';
import type { RunFacts } from '../../rule.js';
import { BLOWN_UP, isBeforeUpdates, STALLED, type Suspect, type Suspicion } from './suspicion.js';

const DEEP_IN_TIME = /lstm|gru|rnn|transformer|multihead|attention/i;

export const missingClipping: Suspect = (symptom, facts) => {
  if (!BLOWN_UP.has(symptom.rule) || facts.clippings.length > 0 || facts.series.has('clipNorm'))
    return undefined;
  // What is not finite is not so when it is clipped.
  if (isBeforeUpdates(symptom)) return undefined;
  const layer = facts.layers?.layers.find(({ kind }) => DEEP_IN_TIME.test(kind));
  if (!layer) return undefined;
  return {
    id: 'missing-clipping',
    title: text('The gradient is not clipped'),
    because: text(
      'The model holds {0} ({1}), whose gradients multiply up over the sequence, and nothing bounds them.',
      layer.kind,
      layer.name,
    ),
    fix: text('Clip the gradient norm before the optimizer step'),
    source: facts.source('step'),
    score: /transformer|attention|multihead/i.test(layer.kind) ? 0.4 : 0.8,
  };
};

interface Weight {
  name: string;
  source: SourceLine | null;
  shape: readonly number[];
  std: number;
  /** Standard deviation of Glorot's initialisation, sqrt(2 / (fan in + fan out)) (Glorot & Bengio 2010). */
  glorot: number;
}

/** Matrices and kernels with what they were initialised to; layout does not matter to the sum of the fans. */
function weightsOf(facts: RunFacts): Weight[] {
  return (facts.parameters?.parameters ?? []).flatMap(({ name, shape, layer, initial }) => {
    if (!initial || shape.length < 2 || /embed/i.test(name)) return [];
    const sorted = [...shape].sort((a, b) => b - a);
    const [a = 1, b = 1, ...window] = sorted;
    const field = window.reduce((all, size) => all * size, 1);
    const source = layerLine(facts, layer) ?? facts.source('layer');
    return [{ name, source, shape, std: fromWire(initial.std), glorot: Math.sqrt(2 / ((a + b) * field)) }];
  });
}

/** Initialisations in use stay within a factor of three of Glorot's; ten is out of all of them. */
const FAR = 10;

const TITLE = text('The weights are poorly initialised');

export const poorInitialisation: Suspect = (symptom, facts) => {
  const concerned =
    BLOWN_UP.has(symptom.rule) || STALLED.has(symptom.rule) || symptom.rule === 'initial-loss';
  if (!concerned || facts.losses.some(({ resumed }) => resumed)) return undefined;
  const weights = weightsOf(facts);
  const off = weights.find(({ std, glorot }) => std > FAR * glorot || std < glorot / FAR);
  if (!off) return BLOWN_UP.has(symptom.rule) ? growingState(weights) : undefined;
  return {
    id: 'poor-initialisation',
    title: TITLE,
    because: text(
      '{0} starts with a standard deviation of {1}; {2} would keep the signal’s size.',
      off.name,
      readable(off.std),
      readable(off.glorot),
    ),
    fix: text('Initialise with Glorot’s or He’s method, or leave the framework’s default'),
    source: off.source,
    score: 0.8,
  };
};

/** Of recurrences without gates, by the names that PyTorch and TensorFlow.js give them. */
const RECURRENT = /weight_hh|recurrent_kernel/;
/**
 * The largest eigenvalue of an n x n matrix of independent entries is about their standard deviation times the root of n
 * (Girko 1984): 0.58 for PyTorch's default, 1 for an orthogonal matrix. Above 1 gradients may explode through time
 * (Pascanu et al. 2013).
 */
const GROWTH = 1.2;

function growingState(weights: readonly Weight[]): Suspicion | undefined {
  const square = weights.filter(({ name, shape: [a, b] }) => RECURRENT.test(name) && a === b);
  const growing = square.find(({ std, shape: [n = 0] }) => std * Math.sqrt(n) > GROWTH);
  if (!growing) return undefined;
  const growth = growing.std * Math.sqrt(growing.shape[0] ?? 0);
  return {
    id: 'poor-initialisation',
    title: TITLE,
    because: text(
      '{0} multiplies the state by about {1} at every position of the sequence.',
      growing.name,
      readable(growth),
    ),
    fix: text('Initialise recurrent weights as an orthogonal matrix, or leave the framework’s default'),
    source: growing.source,
    score: 0.85,
  };
}
