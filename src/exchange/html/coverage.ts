/** Which checks ran, which could not and why: not found is not the same as not looked for. */
import type { CheckReport } from '../../protocol/runApi.js';
import { formatText } from '../../protocol/values.js';
import type { HtmlReportInput } from '../htmlReport.js';
import { escape, section } from './markup.js';

export function coverageSection({ snapshot, titles }: HtmlReportInput): string {
  const { checks } = snapshot;
  if (checks.length === 0)
    return section('checks', 'Checks', '<p class="empty">No checks were recorded.</p>');
  const ran = checks.filter(({ status }) => status === 'ran').length;
  const rows = [...checks]
    .sort((a, b) => order(a) - order(b))
    .map((check) => {
      const title = titles[check.rule];
      const reason = check.reason === null ? '' : escape(formatText(check.reason));
      const name = `${escape(title ? formatText(title) : check.rule)} <code>${escape(check.rule)}</code>`;
      return `<tr><td>${name}</td><td class="${check.status}">${stateOf(check)}</td><td>${reason}</td></tr>`;
    });
  const head = '<thead><tr><th>Check</th><th>State</th><th>Why</th></tr></thead>';
  const words = `${ran} of ${checks.length} checks ran, ${checks.length - ran} could not.`;
  return section(
    'checks',
    'Checks',
    `<p>${words}</p><div class="scroll" tabindex="0"><table>${head}<tbody>${rows.join('\n')}</tbody></table></div>`,
  );
}

/** What did not look comes first. */
function order(check: CheckReport): number {
  return ['skipped', 'suppressed', 'ran'].indexOf(stateOf(check));
}

function stateOf({ status, suppressed }: CheckReport): string {
  return status === 'ran' && (suppressed?.length ?? 0) > 0 ? 'suppressed' : status;
}
