import { formatText, type Text } from '../../protocol/values.js';

/** A request that cannot be answered: why, for people. Clients get the text too, so that they can translate it. */
export class RequestError extends Error {
  constructor(readonly problem: Text) {
    super(formatText(problem));
    this.name = 'RequestError';
  }
}
