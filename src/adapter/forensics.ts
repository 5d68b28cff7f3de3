/** Where a non-finite value comes from, as frames, lines of trees and words. Pure. */
import type { Forensics, GatePlace, ModuleRange } from '../protocol/inspection.js';
import type { Stop } from '../protocol/runApi.js';
import { fromWire, text, type WireNumber } from '../protocol/values.js';
import type { Translate } from './context.js';
import { group, item, shownNumber, type Item } from './items.js';

/** Whether the stop is about a value that is not finite, so that it is worth asking where it comes from. */
export function isNonFinite(stop: Stop): boolean {
  if (stop.finding?.rule.startsWith('non-finite') === true) return true;
  const place = stop.ranks.find(({ rank }) => rank === stop.rank)?.place;
  return place !== undefined && hasNonFinite(place);
}

function hasNonFinite({ scalars }: GatePlace): boolean {
  return Object.values(scalars).some((value) => !Number.isFinite(fromWire(value)));
}

/** `model.layer3 (Linear)`. */
export function moduleName({ name, kind }: ModuleRange): string {
  return name === '' ? kind : `${name} (${kind})`;
}

/** What went in and came out of a module. */
export function rangeItems(range: ModuleRange, translate: Translate): Item[] {
  return [
    ...side(translate(text('input')), range.inputMin, range.inputMax, range.inputNonFinite, translate),
    ...side(translate(text('output')), range.outputMin, range.outputMax, range.outputNonFinite, translate),
  ];
}

function side(
  name: string,
  min: WireNumber | undefined,
  max: WireNumber | undefined,
  nonFinite: number | undefined,
  translate: Translate,
): Item[] {
  const range = min === undefined || max === undefined ? null : `${shownNumber(min)} … ${shownNumber(max)}`;
  const bad =
    nonFinite === undefined || nonFinite === 0 ? null : translate(text('{0} not finite', nonFinite));
  const shown = [range, bad].filter((part) => part !== null);
  return shown.length === 0 ? [] : [item(name, shown.join(', '))];
}

/** The modules in the order they ran, each with its ranges on one line and below it. */
export function moduleItems({ modules }: Forensics, translate: Translate): Item[] {
  return modules.map((range) => {
    const ranges = rangeItems(range, translate);
    return group(moduleName(range), ranges.map(({ name, value }) => `${name} ${value}`).join('; '), ranges);
  });
}

/** The modules that ran before a non-finite value came to be, the latest first; the offending one leads. */
export function modulesByRelevance({ modules, offending }: Forensics): ModuleRange[] {
  return (offending < 0 ? [...modules] : modules.slice(0, offending + 1)).reverse();
}

/** What made the value where it was no module: "log in the loss". */
export function originName({ direction, operation }: Forensics, translate: Translate): string {
  switch (direction) {
    case 'input':
      return translate(text('the batch'));
    case 'parameter':
      return translate(text('a parameter'));
    case 'loss':
      return translate(operation === undefined ? text('the loss') : text('{0} in the loss', operation));
    default:
      return (
        operation ?? translate(direction === 'forward' ? text('the forward pass') : text('the backward pass'))
      );
  }
}
