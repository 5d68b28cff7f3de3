/** A run in words: label, description, tooltip, icon. Pure: how texts are translated is given. */
import type { LossSummary, RunStatus, RunSummary, Severity, Stop } from '../../protocol/runApi.js';
import { text, type Text, type WireNumber } from '../../protocol/values.js';

export type Translate = (value: Text) => string;

export const STATUS_WORDS: Record<RunStatus, Text> = {
  starting: text('starting'),
  running: text('running'),
  paused: text('paused'),
  stopping: text('stopping'),
  completed: text('completed'),
  failed: text('failed'),
  stopped: text('stopped'),
  lost: text('lost'),
  damaged: text('damaged'),
};

/** Codicon and theme colour. */
export const STATUS_ICONS: Record<RunStatus, { icon: string; color?: string }> = {
  starting: { icon: 'loading~spin' },
  running: { icon: 'sync~spin', color: 'charts.blue' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  stopping: { icon: 'loading~spin' },
  completed: { icon: 'pass', color: 'charts.green' },
  failed: { icon: 'error', color: 'charts.red' },
  stopped: { icon: 'circle-slash' },
  lost: { icon: 'debug-disconnect', color: 'charts.orange' },
  damaged: { icon: 'warning', color: 'charts.orange' },
};

const LIVE: readonly RunStatus[] = ['starting', 'running', 'paused', 'stopping'];

export function isLive(summary: RunSummary): boolean {
  return LIVE.includes(summary.status);
}

/** What menus match on. */
export function contextValue(summary: RunSummary): string {
  return `${isLive(summary) ? 'live' : 'past'}.${summary.status}`;
}

export function findingsCount(findings: Record<Severity, number>): number {
  return findings.error + findings.warning + findings.info + findings.hint;
}

/** Four significant digits; what is not finite is said as it is. */
export function formatValue(value: WireNumber): string {
  if (typeof value !== 'number') return value;
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  return size !== 0 && (size >= 1e6 || size < 1e-4) ? rounded.toExponential() : String(rounded);
}

/** The validation loss where there is one: it is what a person compares runs by. */
function decisive(summary: RunSummary): LossSummary {
  const { validation, loss } = summary;
  return validation?.best === null || validation === null ? loss : validation;
}

/** A run, and why it is held where it is. */
export interface DescribedRun {
  summary: RunSummary;
  stop: Stop | null;
}

/** The line beside the name: where a live run is, how a past one ended. */
export function describeRun(run: DescribedRun, now: number, locale: string, translate: Translate): string {
  const { summary } = run;
  if (summary.status === 'damaged') return summary.problem === null ? '' : translate(summary.problem);
  const count = findingsCount(summary.findings);
  const found = count === 0 ? [] : [count === 1 ? text('1 finding') : text('{0} findings', count)];
  // What matters comes first: a side bar cuts the rest off.
  const parts = isLive(summary)
    ? [...statusPart(run, translate), ...lossPart(summary), ...found, ...stepPart(summary)]
    : [...pastParts(summary), ...found];
  const words = parts.map((part) => translate(part));
  if (!isLive(summary)) words.push(relativeTime(summary.endedAt ?? summary.startedAt, now, locale));
  return words.join(' · ');
}

function statusPart({ summary: { status }, stop }: DescribedRun, translate: Translate): Text[] {
  if (status === 'paused' && stop !== null) return [text('Paused: {0}', translate(stop.description))];
  return status === 'running' ? [] : [STATUS_WORDS[status]];
}

function lossPart({ loss }: RunSummary): Text[] {
  return loss.last === null ? [] : [text('loss {0}', formatValue(loss.last))];
}

function stepPart({ steps, totalSteps }: RunSummary): Text[] {
  if (steps === 0) return [];
  return [totalSteps === null ? text('step {0}', steps) : text('step {0}/{1}', steps, totalSteps)];
}

function pastParts(summary: RunSummary): Text[] {
  const { best } = decisive(summary);
  const parts = summary.status === 'completed' ? [] : [STATUS_WORDS[summary.status]];
  return best === null ? parts : [...parts, text('best {0}', formatValue(best))];
}

/** The line in the status bar. */
export function statusLine(run: DescribedRun, translate: Translate): string {
  const { summary } = run;
  const words = [...statusPart(run, shortened(translate)), ...stepPart(summary), ...lossPart(summary)]
    .map((part) => translate(part))
    .join(' · ');
  const count = findingsCount(summary.findings);
  return `$(pulse) ${words}${count === 0 ? '' : ` · $(warning) ${count}`}`;
}

/** A status bar has no room for more of why a training is held. */
const LONGEST_REASON = 60;

function shortened(translate: Translate): Translate {
  return (value) => {
    const words = translate(value);
    return words.length <= LONGEST_REASON ? words : `${words.slice(0, LONGEST_REASON - 1).trimEnd()}…`;
  };
}

/** Lines of the tooltip, as name and value; the caller escapes them. */
export function runDetails(
  summary: RunSummary,
  locale: string,
  translate: Translate,
): [name: Text, value: string][] {
  const { loss, validation, runtime, findings } = summary;
  const rows: [Text, string | null][] = [
    [text('Status'), translate(STATUS_WORDS[summary.status])],
    [text('Problem'), summary.problem === null ? null : translate(summary.problem)],
    [text('Steps'), steps(summary)],
    [text('Training loss'), lossLine(loss, translate)],
    [text('Validation loss'), validation === null ? null : lossLine(validation, translate)],
    [text('Findings'), findingsLine(findings, translate)],
    [text('Runs on'), runtime === null ? null : `${runtime.framework} ${runtime.version}, ${runtime.device}`],
    [text('Processes'), summary.ranks > 1 ? String(summary.ranks) : null],
    [text('Started'), summary.startedAt === 0 ? null : dateTime(summary.startedAt, locale)],
    [text('Ended'), summary.endedAt === null ? null : dateTime(summary.endedAt, locale)],
    [text('Directory'), summary.directory],
  ];
  return rows.filter((row): row is [Text, string] => row[1] !== null);
}

function steps({ steps: done, totalSteps }: RunSummary): string {
  return totalSteps === null ? String(done) : `${done} / ${totalSteps}`;
}

function lossLine({ last, best, bestStep }: LossSummary, translate: Translate): string | null {
  if (last === null) return null;
  if (best === null || bestStep === null) return formatValue(last);
  return translate(text('{0} (best {1} at step {2})', formatValue(last), formatValue(best), bestStep));
}

function findingsLine(findings: Record<Severity, number>, translate: Translate): string | null {
  const words: Record<Severity, Text> = {
    error: text('{0} errors', findings.error),
    warning: text('{0} warnings', findings.warning),
    info: text('{0} notes', findings.info),
    hint: text('{0} hints', findings.hint),
  };
  const severities = (Object.keys(words) as Severity[]).filter((severity) => findings[severity] > 0);
  return severities.length === 0 ? null : severities.map((severity) => translate(words[severity])).join(', ');
}

function dateTime(seconds: number, locale: string): string {
  return new Date(seconds * 1000).toLocaleString(locale);
}

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** "3 hours ago", in the locale's words. Both times are seconds since 1970. */
export function relativeTime(then: number, now: number, locale: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'narrow' });
  const passed = Math.max(0, now - then);
  const unit = UNITS.find(([, seconds]) => passed >= seconds);
  return unit === undefined
    ? format.format(0, 'second')
    : format.format(-Math.floor(passed / unit[1]), unit[0]);
}
