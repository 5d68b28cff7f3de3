/** What a person changed in a training by hand, in words: on charts, in lists and in reports. */
import type { ChangeMade } from './inspection.js';
import { text, type Text } from './values.js';

export type Change = Omit<ChangeMade, 'type'>;

/** `lr 0.1 → 0.01`; without the step, which whoever shows it adds. */
export function changeText(change: Change): Text {
  const { kind, before, after, name } = change;
  switch (kind) {
    case 'skip':
      return text('The update was skipped');
    case 'back':
      return before === undefined || after === undefined
        ? text('Set back, and gone on from here')
        : text('Set back from step {0} to step {1}, and gone on from there', before, after);
    case 'code':
      return text('Evaluated: {0}', name);
    case 'value':
      if (after === undefined) return text('{0} was changed', shortName(name));
      return before === undefined
        ? text('{0} set to {1}', shortName(name), after)
        : text('{0} {1} → {2}', shortName(name), before, after);
  }
}

/** `optimizer.param_groups[0]['lr']` is `lr`; of a further group it is `lr (group 1)`. */
function shortName(name: string): string {
  const option = /(?:\[(\d+)\])?\[(['"])(\w+)\2\]$/.exec(name);
  if (option === null) return name;
  const [, group, , key = name] = option;
  return group === undefined || group === '0' ? key : `${key} (group ${group})`;
}
