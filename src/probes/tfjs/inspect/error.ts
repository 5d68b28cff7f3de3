import { formatText, type Text } from '../../../protocol/values.js';

/** Why a request has no result, in words for a person. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(readonly text: Text) {
    super(formatText(text));
  }
}
