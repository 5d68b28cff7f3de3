/** A report of one run as a page of its own: no script, no network, light or dark as the reader's system is. Pure. */
import type { RunSnapshot, SeriesFrame } from '../protocol/runApi.js';
import type { Text } from '../protocol/values.js';
import { changesSection } from './html/changes.js';
import { chartsSection } from './html/charts.js';
import { coverageSection } from './html/coverage.js';
import { findingsSection } from './html/findings.js';
import { escape } from './html/markup.js';
import { overviewSection } from './html/overview.js';
import { reproductionSection } from './html/reproduction.js';
import { STYLE } from './html/style.js';

/** What it takes to do the run again. Values of environment variables are left out: they may be secrets. */
export interface Reproduction {
  /** As the training process was started. */
  command: readonly string[];
  cwd: string;
  interpreter: string | null;
  packages: Readonly<Record<string, string>>;
  hyperparameters: Readonly<Record<string, string | number | boolean>>;
  seeds: Readonly<Record<string, number>>;
  device: string | null;
  git: { commit: string; branch: string | null; changed: number } | null;
  machine: string;
  /** Of Training Debugger. */
  version: string;
}

export interface HtmlReportInput {
  snapshot: RunSnapshot;
  /** Whose series are drawn. */
  rank: number;
  frames: readonly SeriesFrame[];
  /** Of rules, by id. */
  titles: Readonly<Record<string, Text>>;
  /** Lines of the scripts that findings point into, by file. */
  scripts: ReadonlyMap<string, readonly string[]>;
  /** Null where the run does not tell. */
  reproduction: Reproduction | null;
}

export function htmlReport(input: HtmlReportInput): string {
  const { snapshot } = input;
  const title = `${snapshot.summary.name}: training report`;
  const sections = [
    overviewSection(snapshot),
    findingsSection(input),
    chartsSection(input),
    coverageSection(input),
    changesSection(snapshot),
    reproductionSection(input),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
}
