/** Where a line is after edits. Pure; lines count from 0 here. */

/** One change of a document: the lines it replaced, and how many line breaks it put there. */
export interface LineEdit {
  /** Milliseconds since 1970. */
  time: number;
  startLine: number;
  startsAtLineStart: boolean;
  endLine: number;
  insertedLines: number;
}

/** @returns the line that `line` has become, or the nearest one where it was deleted. */
export function moveLine(line: number, edits: readonly LineEdit[]): number {
  return edits.reduce(moveByOne, line);
}

function moveByOne(line: number, edit: LineEdit): number {
  const { startLine, endLine, insertedLines, startsAtLineStart } = edit;
  const removed = endLine - startLine;
  if (line > endLine || (line === endLine && line > startLine))
    return Math.max(0, line + insertedLines - removed);
  // Text put before a line's first character pushes it down.
  if (line === startLine && removed === 0 && startsAtLineStart) return line + insertedLines;
  return line <= startLine ? line : Math.min(line, startLine + insertedLines);
}

/** The code of a line without its indentation, as columns; a line that is empty or gone is one column wide. */
export function codeColumns(text: string | undefined): [start: number, end: number] {
  if (text === undefined || text.trim() === '') return [0, 1];
  return [text.length - text.trimStart().length, text.trimEnd().length];
}
