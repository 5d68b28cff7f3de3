import type { Finding } from '../../../protocol/runApi.js';
import { type OptimizerSeen, SERIES } from '../../../protocol/telemetry.js';
import { text, type Text } from '../../../protocol/values.js';
import { optimizerOf } from '../../facts.js';
import { readable } from '../../format.js';
import type { RunFacts } from '../../rule.js';
import { builtRateOf, usualRatesOf } from '../../usualRates.js';
import { BLOWN_UP, isBeforeUpdates, STALLED, type Suspect, type Suspicion } from './suspicion.js';

/** An update that is a tenth of the weights changes what the model is; sound training has about a thousandth. */
const LARGE_UPDATE = 0.1;
const SMALL_UPDATE = 1e-5;

function optimizerBehind({ series }: Finding, facts: RunFacts): OptimizerSeen | undefined {
  const own = facts.losses.find((loss) => loss.series === series)?.optimizer;
  const id = own ?? (series === null ? 0 : optimizerOf(series));
  return facts.optimizers.find((one) => one.id === id) ?? facts.optimizers[0];
}

function ratioSeries({ id }: OptimizerSeen): string {
  return id === 0 ? SERIES.updateRatio : `${SERIES.updateRatio}/${id}`;
}

function rateOf(optimizer: OptimizerSeen, facts: RunFacts): number | undefined {
  const series = `${SERIES.learningRate}/${optimizer.id === 0 ? '0' : `${optimizer.id}.0`}`;
  return facts.summary(series)?.largest ?? builtRateOf(optimizer);
}

function suspicion(score: number, because: Text, optimizer: OptimizerSeen): Suspicion {
  return {
    id: 'learning-rate-too-high',
    title: text('The learning rate is too high'),
    because,
    fix: text('Divide the learning rate by ten, until the loss falls from the start'),
    source: optimizer.source ?? null,
    score,
  };
}

function isLargeUpdate({ rule, evidence }: Finding): boolean {
  return rule === 'update-ratio' && evidence['kind'] === 'large';
}

/** At any rate, for a term of the loss has the wrong sign. */
function fallsWithoutEnd({ rule, evidence }: Finding): boolean {
  return rule === 'diverging-loss' && typeof evidence['loss'] === 'number' && evidence['loss'] < 0;
}

export const learningRateTooHigh: Suspect = (symptom, facts) => {
  const concerned = BLOWN_UP.has(symptom.rule) || STALLED.has(symptom.rule) || isLargeUpdate(symptom);
  if (!concerned || isBeforeUpdates(symptom) || fallsWithoutEnd(symptom)) return undefined;
  const optimizer = optimizerBehind(symptom, facts);
  const rate = optimizer && rateOf(optimizer, facts);
  if (!optimizer || rate === undefined || !(rate > 0)) return undefined;
  const update = facts.summary(ratioSeries(optimizer))?.first ?? NaN;
  const usual = usualRatesOf(optimizer)?.usual[1];
  if (usual !== undefined && rate > usual) {
    const told = [optimizer.name, readable(rate), readable(usual)];
    const beyond = Math.min(0.25, 0.1 * Math.log10(rate / usual));
    return suspicion(
      0.65 + beyond + (update > LARGE_UPDATE ? 0.1 : 0),
      text('{0} has a learning rate of {1}; {2} is the upper end of what is usual for it.', ...told),
      optimizer,
    );
  }
  if (update > LARGE_UPDATE) {
    const told = [readable(rate), readable(update)];
    return suspicion(
      update > 1 ? 0.7 : 0.6,
      text('With a learning rate of {0} the first update was {1} times as large as the weights.', ...told),
      optimizer,
    );
  }
  if (!BLOWN_UP.has(symptom.rule) || !(update >= 1e-3)) return undefined;
  const because = text(
    '{0} trains with a learning rate of {1}; a smaller one takes smaller steps.',
    optimizer.name,
    readable(rate),
  );
  return suspicion(0.35, because, optimizer);
};

export const learningRateTooLow: Suspect = (symptom, facts) => {
  if (symptom.rule !== 'not-learning') return undefined;
  const optimizer = optimizerBehind(symptom, facts);
  const rate = optimizer && rateOf(optimizer, facts);
  const update = optimizer && facts.summary(ratioSeries(optimizer))?.largest;
  if (!optimizer || rate === undefined || update === undefined || !(update < SMALL_UPDATE)) return undefined;
  return {
    id: 'learning-rate-too-low',
    title: text('The learning rate is too low'),
    because: text(
      'With a learning rate of {0} the largest update was {1} times as large as the weights: they hardly move.',
      readable(rate),
      readable(update),
    ),
    fix: text('Multiply the learning rate by ten, until the loss falls clearly'),
    source: optimizer.source ?? null,
    score: 0.8,
  };
};
