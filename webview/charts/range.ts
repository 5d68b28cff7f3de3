/** The part of the x axis that all charts show, and how hands move it. Pure. */

export interface Range {
  from: number;
  to: number;
}

/** Narrows (factor < 1) or widens around `at`; null when nothing narrower than the whole is left. */
export function zoom(range: Range, at: number, factor: number, whole: Range): Range | null {
  const span = Math.max((range.to - range.from) * factor, (whole.to - whole.from) * 1e-6);
  const share = range.to > range.from ? (at - range.from) / (range.to - range.from) : 0.5;
  return within({ from: at - span * share, to: at + span * (1 - share) }, whole);
}

/** Moves by a fraction of what is shown, never past the ends. */
export function pan(range: Range, fraction: number, whole: Range): Range | null {
  const span = range.to - range.from;
  const from = Math.min(
    Math.max(range.from + span * fraction, whole.from),
    Math.max(whole.from, whole.to - span),
  );
  return within({ from, to: from + span }, whole);
}

/** What was swept with a pointer; null for a sweep too short to be meant. */
export function selection(start: number, end: number, whole: Range): Range | null {
  const range = { from: Math.min(start, end), to: Math.max(start, end) };
  return range.to - range.from < (whole.to - whole.from) * 1e-6 ? null : within(range, whole);
}

function within(range: Range, whole: Range): Range | null {
  const from = Math.max(range.from, whole.from);
  const to = Math.min(range.to, whole.to);
  const nothingLeft = from <= whole.from && to >= whole.to;
  return nothingLeft || to <= from ? null : { from, to };
}
