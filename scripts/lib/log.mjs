// What the scripts say to the person who runs them.

const colour = process.stderr.isTTY && process.env.NO_COLOR === undefined;
const paint = (code, words) => (colour ? `\u001b[${code}m${words}\u001b[0m` : words);

/** A line about what happens now. */
export const step = (words) => process.stderr.write(`${paint('36', '>')} ${words}\n`);

/** A line a person should not miss. */
export const warn = (words) => process.stderr.write(`${paint('33', '!')} ${words}\n`);

/** A failure that a person can mend: what is wrong, and what to do about it. */
export class SetupError extends Error {
  /**
   * @param {string} problem what is wrong, in a sentence
   * @param {string} remedy what to do about it, in a sentence
   * @param {string} [details] the failing tool's own last words
   */
  constructor(problem, remedy, details = '') {
    super(problem);
    this.remedy = remedy;
    this.details = details;
  }
}

/** Prints a failure so that the remedy is the last thing read. */
export function printFailure(error) {
  if (!(error instanceof SetupError)) {
    process.stderr.write(`${error?.stack ?? error}\n`);
    return;
  }
  if (error.details !== '') process.stderr.write(`\n${error.details.trimEnd()}\n`);
  process.stderr.write(`\n${paint('31', 'x')} ${error.message}\n  ${error.remedy}\n`);
}
