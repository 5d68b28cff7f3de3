/** Runs with validations in between, for the tests of rules about them. */
import type { ProbeMessage, Validation } from '../../src/protocol/telemetry.js';
import { at, lossSeen, optimizerSeen, type RuleCase, steps } from './ruleTester.js';

export const VALIDATION_LINE = 52;

export const bye: ProbeMessage = { type: 'bye', reason: 'finished', dropped: 0 };

export function pass(step: number, loss: number, given: Partial<Validation> = {}): Validation {
  const scalars = { 'validation/loss': loss };
  return {
    type: 'validation',
    step,
    time: step * 0.01,
    batches: 4,
    scalars,
    source: at(VALIDATION_LINE),
    ...given,
  };
}

/** Ten steps, then a validation, and so on; `accuracies` go with the validations where they are given. */
export function epochs(
  name: string,
  training: readonly number[],
  validation: readonly number[],
  accuracies: readonly number[] = [],
): RuleCase {
  const messages = validation.flatMap((loss, i): ProbeMessage[] => {
    const accuracy = accuracies[i];
    const scalars = {
      'validation/loss': loss,
      ...(accuracy !== undefined && { 'validation/accuracy': accuracy }),
    };
    const values = Array<number>(10).fill(training[i] ?? NaN);
    return [steps({ loss: values }, 10 * i), pass(10 * (i + 1), loss, { scalars })];
  });
  return { name, messages: [optimizerSeen(), lossSeen(), ...messages, bye] };
}
