/** The head of the report: what ran, how it ended, and how many problems there are. */
import type { LossSummary, RunSnapshot, RunSummary } from '../../protocol/runApi.js';
import { formatText, fromWire, type WireNumber } from '../../protocol/values.js';
import { escape, placeOf, readable, tag } from './markup.js';

export function overviewSection({ summary, notices }: RunSnapshot): string {
  const { name, status, problem, problemSource } = summary;
  const reason =
    problem === null
      ? ''
      : `<p class="problem">${escape(formatText(problem))} ${problemSource === null ? '' : placeOf(problemSource)}</p>`;
  const warnings = notices.filter(({ level }) => level === 'warning');
  const noted = warnings.map(({ message }) => `<li>${escape(formatText(message))}</li>`).join('');
  return `<header>
<h1>${escape(name)}</h1>
<p class="status"><span class="badge ${escape(status)}">${escape(status)}</span> ${escape(when(summary))}</p>
${reason}
<dl class="tiles">${tiles(summary).join('')}</dl>
${noted === '' ? '' : `<ul class="notices">${noted}</ul>`}
</header>`;
}

function when({ startedAt, endedAt, runtime }: RunSummary): string {
  const start = new Date(startedAt * 1000).toISOString().replace('T', ' ').slice(0, 19);
  const took = endedAt === null ? '' : `, ${duration(endedAt - startedAt)}`;
  const on = runtime === null ? '' : `, ${runtime.framework} ${runtime.version} on ${deviceOf(runtime)}`;
  return `${start} UTC${took}${on}`;
}

function deviceOf({ backend, device }: NonNullable<RunSummary['runtime']>): string {
  return device === '' || device === backend ? backend : `${backend} (${device})`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tiles({ steps, totalSteps, epoch, loss, validation, findings, ranks }: RunSummary): string[] {
  const found = Object.entries(findings).filter(([, number]) => number > 0);
  const kinds = found.map(([severity, number]) => `${number} ${severity}`).join(', ');
  return [
    tile('Findings', kinds === '' ? 'none' : kinds),
    tile('Steps', totalSteps === null ? String(steps) : `${steps} of ${totalSteps}`),
    ...(epoch === null ? [] : [tile('Epochs', String(epoch + 1))]),
    ...lossTiles('Loss', loss),
    ...(validation === null ? [] : lossTiles('Validation loss', validation)),
    ...(ranks > 1 ? [tile('Ranks', String(ranks))] : []),
  ];
}

function lossTiles(name: string, { first, last, best, bestStep }: LossSummary): string[] {
  const shown = (value: WireNumber | null) => (value === null ? 'none' : readable(fromWire(value)));
  if (last === null) return [];
  const at = bestStep === null ? '' : ` at step ${bestStep}`;
  return [tile(name, shown(last), `from ${shown(first)}, best ${shown(best)}${at}`)];
}

function tile(name: string, value: string, note = ''): string {
  const below = note === '' ? '' : tag('span', { class: 'note' }, escape(note));
  return tag('div', {}, `<dt>${escape(name)}</dt><dd>${escape(value)}${below}</dd>`);
}
