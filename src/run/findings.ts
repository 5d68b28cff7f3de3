import type { Finding, RunSummary } from '../protocol/runApi.js';

/** Findings by severity. Symptoms of another finding are not counted: they are one problem with their cause. */
export function countFindings(
  findings: readonly Pick<Finding, 'severity' | 'cause'>[],
): RunSummary['findings'] {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { severity, cause } of findings) if (cause === null) counts[severity]++;
  return counts;
}
