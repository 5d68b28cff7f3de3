/** Which ranks go on, wait and hold, so that all of them are held at the same step. */
import type { Rank } from './rank.js';

/** A rank that others have waited for so often in vain is only waited for where training is to be held. */
const MISSED_ENOUGH = 3;

export interface Sorted {
  /** Let go on until they are where the others are. */
  behind: Rank[];
  /** Are where they should be; all that are to come have come where `missing` is empty. */
  ready: Rank[];
  missing: Rank[];
}

/**
 * @param rank one that stands at a gate
 * @param holding whether training is to be held there: a rank is never let past what it is to be held for.
 */
export function sortRanks(
  rank: Rank,
  all: Iterable<Rank>,
  holding: ReadonlySet<Rank>,
  wanted: boolean,
): Sorted {
  if (!rank.together) return { behind: [], ready: [rank], missing: [] };
  const group = [...all].filter(({ together }) => together);
  const furthest = Math.max(...group.map(({ step }) => step));
  const waiting = group.filter(({ waits }) => waits);
  const isBehind = (one: Rank): boolean => one.step < furthest && !holding.has(one);
  return {
    behind: waiting.filter(isBehind),
    ready: waiting.filter((one) => !isBehind(one)),
    missing: group.filter(
      (one) => one.gate === null && !one.absent && (wanted || one.missed < MISSED_ENOUGH),
    ),
  };
}
