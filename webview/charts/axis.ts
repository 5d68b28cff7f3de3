/** Where a step is on the x axis. Pure. */
import type { RunSnapshot, XAxis } from '../../src/protocol/runApi.js';
import { formatClock, formatInteger, formatNumber } from '../format.js';
import { t } from '../l10n.js';

type Known = { step: number; at: number }[];

/**
 * Position of a step in units of the axis: exact for steps; between the ends of epochs linear for epoch and time, as
 * nothing finer is known here.
 */
export function positionOfStep(step: number, x: XAxis, snapshot: RunSnapshot): number {
  if (x === 'step') return step;
  const known = knownPositions(x, snapshot);
  const next = known.findIndex((one) => one.step >= step);
  const end = known[next < 0 ? known.length - 1 : Math.max(1, next)];
  const start = known[next < 0 ? known.length - 2 : Math.max(1, next) - 1];
  if (!end || !start || end.step === start.step) return end?.at ?? Number.NaN;
  return start.at + ((step - start.step) / (end.step - start.step)) * (end.at - start.at);
}

function knownPositions(x: 'epoch' | 'time', { epochs, summary }: RunSnapshot): Known {
  const known: Known = [{ step: 0, at: 0 }];
  for (const { epoch, step, time } of epochs) known.push({ step, at: x === 'epoch' ? epoch + 1 : time });
  const last = known[known.length - 1]?.step ?? 0;
  if (x === 'time' && summary.endedAt !== null && summary.steps > last) {
    known.push({ step: summary.steps, at: summary.endedAt - summary.startedAt });
  }
  return known;
}

export function formatX(value: number, x: XAxis): string {
  if (x === 'time') return formatClock(value);
  return x === 'step' ? formatInteger(value) : formatNumber(value);
}

export function describeX(value: number, x: XAxis): string {
  if (x === 'time') return t('at {0}', formatClock(value));
  return x === 'step' ? t('step {0}', formatInteger(value)) : t('epoch {0}', formatNumber(value));
}
