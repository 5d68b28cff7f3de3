import { type LossSeen, SERIES } from '../../../protocol/telemetry.js';
import { text } from '../../../protocol/values.js';
import { BLOWN_UP, STALLED, type Suspect } from './suspicion.js';

type Activations = readonly LossSeen['outputActivation'][];

/** No probabilities. */
const NO_PROBABILITIES: Activations = ['relu', 'tanh', 'log_softmax', 'log_sigmoid', 'none'];
/** What each loss function must not be given. */
const AT_ODDS: Record<string, Activations> = {
  cross_entropy: ['softmax', 'log_softmax', 'sigmoid', 'relu', 'tanh'],
  nll_loss: ['softmax', 'sigmoid', 'relu', 'tanh', 'none'],
  binary_cross_entropy_with_logits: ['sigmoid', 'softmax', 'relu', 'log_sigmoid'],
  binary_cross_entropy: NO_PROBABILITIES,
};

/** TensorFlow.js has a cross-entropy of probabilities as well. */
function isAtOdds(loss: LossSeen): boolean {
  const refused = loss.expects === 'probabilities' ? NO_PROBABILITIES : AT_ODDS[loss.function];
  return refused?.includes(loss.outputActivation) ?? false;
}

export const lossPair: Suspect = (symptom, facts) => {
  if (!STALLED.has(symptom.rule) && symptom.rule !== 'initial-loss' && !BLOWN_UP.has(symptom.rule))
    return undefined;
  const loss = facts.losses.find((one) => one.outputActivation !== undefined && isAtOdds(one));
  if (!loss?.outputActivation) return undefined;
  return {
    id: 'loss-at-odds-with-output',
    title: text('The loss function does not fit the output layer'),
    because: text(
      '{0} is given the output of {1}, which is not what it expects.',
      loss.function,
      loss.outputActivation,
    ),
    fix: text(
      'Give the loss what it expects: logits to cross-entropies, log-probabilities to NLL, probabilities to BCE',
    ),
    source: loss.source ?? null,
    score: 0.85,
  };
};

export const gradientsNotCleared: Suspect = (symptom, facts) => {
  if (!STALLED.has(symptom.rule) && !BLOWN_UP.has(symptom.rule)) return undefined;
  if (facts.summary(SERIES.staleGradients)?.last !== 1) return undefined;
  return {
    id: 'gradients-not-cleared',
    title: text('Gradients are not cleared between steps'),
    because: text('Gradients of the step before were still there when the next backward pass began.'),
    fix: text('Call optimizer.zero_grad() before each backward pass'),
    source: facts.source('backward'),
    score: 0.9,
  };
};
