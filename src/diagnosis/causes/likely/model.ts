import { fromWire, text } from '../../../protocol/values.js';
import { readable } from '../../format.js';
import type { RunFacts } from '../../rule.js';
import { BLOWN_UP, STALLED, type Suspect } from './suspicion.js';

const DEEP_IN_TIME = /lstm|gru|rnn|transformer|multihead|attention/i;

export const missingClipping: Suspect = (symptom, facts) => {
  if (!BLOWN_UP.has(symptom.rule) || facts.clippings.length > 0 || facts.series.has('clipNorm'))
    return undefined;
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
  std: number;
  /** Standard deviation of Glorot's initialisation, sqrt(2 / (fan in + fan out)) (Glorot & Bengio 2010). */
  glorot: number;
}

/** Matrices and kernels with what they were initialised to; layout does not matter to the sum of the fans. */
function weightsOf(facts: RunFacts): Weight[] {
  return (facts.parameters?.parameters ?? []).flatMap(({ name, shape, initial }) => {
    if (!initial || shape.length < 2 || /embed/i.test(name)) return [];
    const sorted = [...shape].sort((a, b) => b - a);
    const [a = 1, b = 1, ...window] = sorted;
    const field = window.reduce((all, size) => all * size, 1);
    return [{ name, std: fromWire(initial.std), glorot: Math.sqrt(2 / ((a + b) * field)) }];
  });
}

/** Initialisations in use stay within a factor of three of Glorot's; ten is out of all of them. */
const FAR = 10;

export const poorInitialisation: Suspect = (symptom, facts) => {
  const concerned =
    BLOWN_UP.has(symptom.rule) || STALLED.has(symptom.rule) || symptom.rule === 'initial-loss';
  if (!concerned || facts.losses.some(({ resumed }) => resumed)) return undefined;
  const off = weightsOf(facts).find(({ std, glorot }) => std > FAR * glorot || std < glorot / FAR);
  if (!off) return undefined;
  return {
    id: 'poor-initialisation',
    title: text('The weights are poorly initialised'),
    because: text(
      '{0} starts with a standard deviation of {1}; {2} would keep the signal’s size.',
      off.name,
      readable(off.std),
      readable(off.glorot),
    ),
    fix: text('Initialise with Glorot’s or He’s method, or leave the framework’s default'),
    source: facts.source('layer'),
    score: 0.8,
  };
};
