/** Failures of the debug adapter, one factory each, saying what to do. */
import { text, type Text } from '../protocol/values.js';

/** A button of the error: a command of the client, or a page. */
export interface ErrorAction {
  label: Text;
  url: string;
}

export class AdapterError extends Error {
  constructor(
    readonly text: Text,
    readonly action?: ErrorAction,
  ) {
    super(text.template);
  }

  static unsupported(command: string): AdapterError {
    return new AdapterError(text('A training cannot do "{0}" yet.', command));
  }

  static stepping(): AdapterError {
    return new AdapterError(
      text('A training cannot be stepped yet. Continue, and pause again where you want to look.'),
    );
  }

  static notStarted(): AdapterError {
    return new AdapterError(text('The training has not started yet.'));
  }

  static unknownName(name: string, known: readonly string[]): AdapterError {
    return new AdapterError(
      text(
        '"{0}" is not measured in this run. These are: {1}.',
        name,
        known.length === 0 ? '–' : known.join(', '),
      ),
    );
  }
}
