/** Which findings follow from which: a person is told the cause, with its symptoms under it. */
import type { Finding } from '../../protocol/runApi.js';
import type { Causation } from './causation.js';
import { CHAINS, RESOURCE_CHAINS } from './chains.js';
import { DATA_FAULTS } from './dataFaults.js';
import { LOSS_FAULTS } from './lossFaults.js';
import { UPDATE_FAULTS } from './updateFaults.js';

/** In the order of certainty: where several causes are there, the first one explains a symptom. */
export const CAUSATIONS: readonly Causation[] = [
  ...LOSS_FAULTS,
  ...DATA_FAULTS,
  ...UPDATE_FAULTS,
  ...CHAINS,
  ...RESOURCE_CHAINS,
];

export interface Link {
  cause: Finding;
  causation: Causation;
}

function explains(causation: Causation, cause: Finding, symptom: Finding): boolean {
  if (cause.rule !== causation.cause || !causation.symptoms.includes(symptom.rule)) return false;
  const { within, applies, hint = false } = causation;
  // A piece of advice is no explanation of a fault.
  if (cause.severity === 'hint' && symptom.severity !== 'hint' && !hint) return false;
  const after = symptom.step - cause.step;
  if (within !== undefined && (after < 0 || after > within)) return false;
  return applies?.(cause, symptom) ?? true;
}

/** The likeliest finding that a finding directly follows from. */
function directCause(symptom: Finding, all: readonly Finding[]): Link | undefined {
  for (const causation of CAUSATIONS) {
    const cause = all.find((one) => explains(causation, one, symptom));
    if (cause) return { cause, causation };
  }
  return undefined;
}

/** What a finding follows from in the end, undefined where it is a root itself. */
export function rootOf(finding: Finding, all: readonly Finding[]): Link | undefined {
  const direct = directCause(finding, all);
  if (!direct) return undefined;
  const rest = all.filter((other) => other.rule !== finding.rule);
  const before = rootOf(direct.cause, rest);
  return before ? { ...before, causation: direct.causation } : direct;
}

/** How far up in the table of causes a rule is: the lower, the more it explains. */
export function precedence(rule: string): number {
  const at = CAUSATIONS.findIndex(({ cause }) => cause === rule);
  return at < 0 ? CAUSATIONS.length : at;
}
