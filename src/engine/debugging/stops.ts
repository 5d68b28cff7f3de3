/** Why training is held, in words. */
import { nameOf } from '../../breakpoints/names.js';
import { compile } from '../../breakpoints/expression.js';
import type { Stop } from '../../protocol/runApi.js';
import type { Gate } from '../../protocol/telemetry.js';
import { text, type Text } from '../../protocol/values.js';
import type { Aim } from './aim.js';
import type { Hit } from './breakpointSet.js';
import type { Rank } from './rank.js';

export type StopReason = Pick<Stop, 'reason' | 'description' | 'rank' | 'finding' | 'expression'>;

export function hitReason(hit: Hit, { number, measures }: Rank): StopReason {
  if ('finding' in hit) {
    const { finding } = hit;
    return { reason: 'finding', description: finding.message, rank: finding.rank, finding, expression: null };
  }
  const { expression } = hit.expression;
  const values = compile(expression).series.flatMap((series) => {
    const value = measures.lookup(series);
    return value === undefined ? [] : [`${nameOf(series)} = ${shown(value)}`];
  });
  const description =
    values.length === 0
      ? text('{0} is true', expression)
      : text('{0} is true: {1}', expression, values.join(', '));
  return { reason: 'expression', description, rank: number, finding: null, expression };
}

export function aimReason({ reason }: Aim, rank: number, gate: Gate): StopReason {
  return { reason, description: placeText(reason, gate), rank, finding: null, expression: null };
}

function placeText(reason: Aim['reason'], { kind, step, microBatch }: Gate): Text {
  if (kind === 'validation') return text('Validation after {0} steps has ended', step);
  if (kind === 'microBatch')
    return text('Micro-batch {0} of step {1} has been computed', microBatch ?? 0, step);
  return reason === 'entry' ? text('Before the first update') : text('Before the update of step {0}', step);
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}
