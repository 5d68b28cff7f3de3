/** The scopes that show what is measured: of the step that is held, and the latest of every series. Pure. */
import { nameOf } from '../breakpoints/names.js';
import type { GatePlace } from '../protocol/inspection.js';
import type { RunSnapshot, SeriesInfo, Stop } from '../protocol/runApi.js';
import { SERIES } from '../protocol/telemetry.js';
import { text } from '../protocol/values.js';
import type { Translate } from './context.js';
import { group, item, shownNumber, type Item } from './items.js';
import { measuresByRank, rankItems } from './ranks.js';

const HARDWARE = /^(memory|gpu)\//;
/** Numbers that only rules make sense of. */
const FOR_RULES: ReadonlySet<string> = new Set([SERIES.batchFingerprint, SERIES.sliceShare]);

/** Step, epoch and batch, what is measured of the step so far, and why it is held. */
export function stepItems(place: GatePlace, stop: Stop, translate: Translate): Item[] {
  const { step, epoch, batch, microBatch, back, backLimit, ahead, scalars } = place;
  const numbers = { step, epoch, batch, microBatch };
  return [
    ...Object.entries(numbers)
      .filter((entry): entry is [string, number] => entry[1] !== undefined)
      .map(([name, value]) => item(name, String(value), name)),
    ...Object.entries(scalars)
      .filter(([name]) => !FOR_RULES.has(name))
      .map(([name, value]) => item(name, shownNumber(value), nameOf(name))),
    item(translate(text('reason')), translate(stop.description)),
    ...(stop.expression === null ? [] : [item(translate(text('breakpoint')), stop.expression)]),
    item(
      translate(text('steps that can be gone back')),
      backLimit === undefined ? String(back) : `${back} (${translate(backLimit)})`,
    ),
    ...(ahead === 0 ? [] : [item(translate(text('recorded steps ahead')), String(ahead))]),
  ];
}

/** The latest value of every series of the rank, those of one kind together; with several ranks, what differs. */
export function metricItems(snapshot: RunSnapshot, rank: number, translate: Translate): Item[] {
  const series = ofRank(snapshot, rank).filter(({ name }) => !HARDWARE.test(name) && !FOR_RULES.has(name));
  const ranks = measuresByRank(snapshot.series);
  return [...(ranks.size > 1 ? rankItems(ranks, translate) : []), ...grouped(series)];
}

export function hardwareItems(snapshot: RunSnapshot, rank: number): Item[] {
  return grouped(ofRank(snapshot, rank).filter(({ name }) => HARDWARE.test(name)));
}

function ofRank(snapshot: RunSnapshot, rank: number): SeriesInfo[] {
  return snapshot.series.filter((series) => series.rank === rank);
}

/** `time/step` and `time/data` below `time`; a series alone of its kind stays as it is. */
function grouped(series: readonly SeriesInfo[]): Item[] {
  const kinds = new Map<string, SeriesInfo[]>();
  for (const one of series) {
    const kind = one.name.split('/')[0] ?? one.name;
    kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  }
  return [...kinds].flatMap(([kind, members]) => {
    const items = members.map(seriesItem);
    if (items.length === 1) return items;
    return [group(kind, items.map(({ name, value }) => `${shortName(name)} ${value}`).join(', '), items)];
  });
}

function seriesItem({ name, label, last }: SeriesInfo): Item {
  const shown = label === null || label === name ? name : `${name} (${label})`;
  return item(shown, shownNumber(last), nameOf(name));
}

function shortName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
