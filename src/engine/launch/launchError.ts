import { formatText, type Text } from '../../protocol/values.js';

/** A launch that cannot go ahead: what is wrong and what to do, for people. */
export class LaunchError extends Error {
  constructor(
    readonly problem: Text,
    /** Option of the launch configuration at fault, where it is one: `hyperparameters.lr`. */
    readonly field: string | null = null,
  ) {
    super(formatText(problem));
    this.name = 'LaunchError';
  }
}
