/** What the command says on stderr about a run. */
import type { Finding, RunSnapshot, RunSummary } from '../protocol/runApi.js';
import { formatText } from '../protocol/values.js';
import { count, diagnosisLines, formatNumber, place, shownPlace } from './findingWords.js';

/** What is said of a problem when it is found: `found at step 12: … [rule] train.py:31`. */
export function foundLine({ message, rule, step, source }: Finding, cwd: string): string {
  const where = source === null ? '' : ` ${shownPlace(source, cwd)}`;
  return `found at step ${step}: ${formatText(message)} [${rule}]${where}`;
}

/** Where nothing was found for it: said although nothing went wrong. */
const NOTHING = 'nothing-measured';

/** What is said once a run is over. */
export function closingWords(snapshot: RunSnapshot, cwd: string): string[] {
  const { summary, notices } = snapshot;
  const lines = [outcomeLine(summary)];
  if (summary.problem !== null)
    lines.push(`  ${formatText(summary.problem)}${place(summary.problemSource, cwd)}`);
  for (const { level, code, message } of notices)
    if (level === 'warning' || code === NOTHING) lines.push(`  notice: ${formatText(message)}`);
  return [...lines, ...diagnosisLines(snapshot, cwd)];
}

/** What is said of a replay: what differs from what was found then, and all that is found now. */
export function replayWords(now: RunSnapshot, then: RunSnapshot, cwd: string): string[] {
  const rules = ({ findings }: RunSnapshot) => new Set(findings.map(({ rule }) => rule));
  const [before, after] = [rules(then), rules(now)];
  const gone = [...before].filter((rule) => !after.has(rule));
  const fresh = [...after].filter((rule) => !before.has(rule));
  return [
    `${now.summary.id}: ${outcomeLine(now.summary)}`,
    ...(fresh.length > 0 ? [`  found now and not then: ${fresh.join(', ')}`] : []),
    ...(gone.length > 0 ? [`  found then and not now: ${gone.join(', ')}`] : []),
    ...diagnosisLines(now, cwd),
  ];
}

function outcomeLine({ status, steps, loss, findings, startedAt, endedAt }: RunSummary): string {
  const seconds = (endedAt ?? startedAt) - startedAt;
  const parts = [status, count(steps, 'step'), `${seconds.toFixed(1)} s`];
  if (loss.last !== null) parts.push(`loss ${formatNumber(loss.last)}`);
  const found = Object.values(findings).reduce((sum, number) => sum + number, 0);
  parts.push(found === 0 ? 'no findings' : count(found, 'finding'));
  return parts.join(', ');
}

/** `step 412/938  epoch 3/10  loss 0.2134  2 findings`, in at most `width` columns. */
export function statusLine(summary: RunSummary, width: number): string {
  const { status, steps, totalSteps, epoch, totalEpochs, loss, findings } = summary;
  const parts = [
    status === 'running' ? '' : status,
    `step ${steps}${totalSteps === null ? '' : `/${totalSteps}`}`,
  ];
  if (epoch !== null) parts.push(`epoch ${epoch + 1}${totalEpochs === null ? '' : `/${totalEpochs}`}`);
  if (loss.last !== null) parts.push(`loss ${formatNumber(loss.last)}`);
  const found = Object.values(findings).reduce((sum, number) => sum + number, 0);
  if (found > 0) parts.push(count(found, 'finding'));
  return parts
    .filter((part) => part !== '')
    .join('  ')
    .slice(0, Math.max(0, width - 1));
}
