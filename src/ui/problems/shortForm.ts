/** A finding in the few lines of a hover: what was seen, its likeliest cause or why it matters, what to do. Pure. */
import type { Finding, LikelyCause } from '../../protocol/runApi.js';
import type { SourceLine, Text } from '../../protocol/values.js';

export interface Words {
  /** A text of the engine, in the reader's language. */
  localize: (text: Text) => string;
  /** `Likely cause: the learning rate is too high.` */
  likelyCause: (title: string) => string;
}

/** The Problems view shows the first line, the hover all of them. */
export function shortForm({ message, explanation, causes = [], fixes }: Finding, words: Words): string {
  const { localize, likelyCause } = words;
  const [likeliest] = causes;
  const middle =
    likeliest === undefined
      ? [localize(explanation)]
      : [
          `${likelyCause(localize(likeliest.title))} ${localize(likeliest.because)}`,
          `→ ${localize(likeliest.fix)}`,
        ];
  const rest = likeliest === undefined ? fixes.map(({ title }) => `→ ${localize(title)}`) : [];
  return [localize(message), ...middle, ...rest].join('\n');
}

/** Likely causes whose line is known and another than the finding's. */
export function causesElsewhere({
  source: at,
  causes = [],
}: Finding): (LikelyCause & { source: SourceLine })[] {
  return causes.flatMap((cause) => {
    const { source } = cause;
    const same = source?.file === at?.file && source?.line === at?.line;
    return source === null || same ? [] : [{ ...cause, source }];
  });
}
