import { SERIES } from '../../../protocol/telemetry.js';
import { fromWire, text, type Text } from '../../../protocol/values.js';
import { readable } from '../../format.js';
import { BLOWN_UP, NOT_FINITE, STALLED, type Suspect } from './suspicion.js';

/** Operations that are undefined, or have no derivative, at zero or below. */
const UNDEFINED_AT_ZERO = /log|sqrt|div|pow|norm|rsqrt|reciprocal|acos|asin|cdist/i;

export const undefinedOperation: Suspect = (symptom, facts) => {
  const { origin } = facts;
  if (!NOT_FINITE.has(symptom.rule) || !origin || !/forward|loss|backward/.test(origin.direction))
    return undefined;
  const operation = origin.operation ?? '';
  if (!UNDEFINED_AT_ZERO.test(operation)) return undefined;
  return {
    id: 'undefined-operation',
    title: text('An operation is undefined for the value it got'),
    because: origin.direction === 'backward' ? inGradient(operation) : inForward(operation, origin.inputMin),
    fix: text('Add a small constant such as 1e-8 inside the operation, or bound its input with clamp'),
    source: origin.source ?? facts.source('loss'),
    score: 0.95,
  };
};

function inGradient(operation: string): Text {
  return text(
    'The derivative of {0} is not finite at zero, and its gradient was the first that was not.',
    operation,
  );
}

function inForward(operation: string, inputMin: number | string | undefined): Text {
  const smallest = inputMin === undefined ? NaN : fromWire(inputMin as number);
  return Number.isFinite(smallest)
    ? text(
        'The first value that was not finite came out of {0}, whose input went down to {1}.',
        operation,
        readable(smallest),
      )
    : text('The first value that was not finite came out of {0}.', operation);
}

const HALF = /float16|half/i;

export const halfPrecision: Suspect = (symptom, facts) => {
  if (!BLOWN_UP.has(symptom.rule)) return undefined;
  const half = facts.parameters?.parameters.find(({ dtype }) => HALF.test(dtype) && !/bfloat/i.test(dtype));
  const output = facts.losses.find(
    ({ outputDtype }) => outputDtype && HALF.test(outputDtype) && !/bfloat/i.test(outputDtype),
  );
  const scaled = facts.series.has(SERIES.lossScale);
  if (!half && (!output || scaled)) return undefined;
  return {
    id: 'half-precision',
    title: text('Numbers of 16 bits overflow'),
    because: text(
      'Numbers of 16 bits end at 65504, and what is below 6e-8 becomes zero; the loss is computed with them.',
    ),
    fix: text('Use bfloat16, or float16 under autocast with a GradScaler'),
    source: facts.source('loss'),
    score: 0.6,
  };
};

/** Decay per step, relative to the weights, is learning rate times this for decoupled decay. */
const LARGE_DECAY = 0.1;

export const weightDecayTooLarge: Suspect = (symptom, facts) => {
  if (!STALLED.has(symptom.rule)) return undefined;
  for (const optimizer of facts.optimizers) {
    const decays = optimizer.groups.map(({ options }) =>
      Number(options['weight_decay'] ?? options['weightDecay'] ?? 0),
    );
    const decay = Math.max(0, ...decays);
    const limit = /w$/i.test(optimizer.name) ? 10 * LARGE_DECAY : LARGE_DECAY;
    if (!(decay > limit)) continue;
    return {
      id: 'weight-decay-too-large',
      title: text('The weight decay is too large'),
      because: text(
        '{0} has a weight decay of {1}, which draws the weights to zero faster than the loss can draw them away.',
        optimizer.name,
        readable(decay),
      ),
      fix: text('Use a weight decay of 1e-4 (1e-2 for AdamW), or none'),
      source: optimizer.source ?? null,
      score: 0.75,
    };
  }
  return undefined;
};
