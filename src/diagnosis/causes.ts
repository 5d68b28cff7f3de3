/** Which findings follow from which: a person is told the cause, with its symptoms under it. */
import type { Finding } from '../protocol/runApi.js';

interface Causation {
  cause: string;
  symptom: string;
  /** Steps after the cause within which the symptom is put down to it. */
  within: number;
  /** Why the one follows from the other. */
  because: string;
}

export const CAUSATIONS: readonly Causation[] = [
  {
    cause: 'exploding-gradient',
    symptom: 'non-finite-loss',
    within: 100,
    because:
      'an update by an exploding gradient throws the weights so far that the next forward pass overflows',
  },
];

function explains(cause: Finding, symptom: Finding, { within }: Causation): boolean {
  return cause.step <= symptom.step && symptom.step - cause.step <= within;
}

function directCause(symptom: Finding, all: readonly Finding[]): Finding | undefined {
  return CAUSATIONS.filter((causation) => causation.symptom === symptom.rule)
    .flatMap((causation) => all.filter((f) => f.rule === causation.cause && explains(f, symptom, causation)))
    .at(0);
}

/** The rule at the root of a finding, null where the finding is a root itself. */
export function causeOf(finding: Finding, all: readonly Finding[]): string | null {
  const direct = directCause(finding, all);
  if (!direct) return null;
  const rest = all.filter((other) => other.rule !== finding.rule);
  return causeOf(direct, rest) ?? direct.rule;
}
