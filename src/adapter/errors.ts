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
    return new AdapterError(text('A training cannot do "{0}".', command));
  }

  static notStarted(): AdapterError {
    return new AdapterError(text('The training has not started yet.'));
  }

  static notHeld(): AdapterError {
    return new AdapterError(text('The training is running. Pause it first.'));
  }

  static rankNotHeld(rank: number): AdapterError {
    return new AdapterError(
      text('Rank {0} is not held: it has ended, or did not come to this step in time.', rank),
    );
  }

  static stale(): AdapterError {
    return new AdapterError(text('This belongs to an earlier stop. Look at the training again.'));
  }

  static nothingBack(): AdapterError {
    return new AdapterError(text('There is no earlier step to go back to.'));
  }

  static noFinding(): AdapterError {
    return new AdapterError(text('The training is not held by a finding.'));
  }

  static readOnly(name: string): AdapterError {
    return new AdapterError(
      text('"{0}" is measured and cannot be set. Set what it depends on, as in the scope Optimizer.', name),
    );
  }

  static restartAttached(): AdapterError {
    return new AdapterError(
      text('A training that was attached to is not restarted. Stop it, and start it as it was started.'),
    );
  }

  static unknownName(name: string, known: readonly string[]): AdapterError {
    return new AdapterError(
      text(
        '"{0}" is not a measure, and expressions are evaluated only while the training is held. Measures are: {1}.',
        name,
        known.length === 0 ? '–' : known.join(', '),
      ),
    );
  }
}
