/** Files that the command writes, and the status with which it ends. */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openRecordedRun } from '../engine/recorder/index.js';
import { htmlReport } from '../exchange/htmlReport.js';
import type { RunSnapshot, Severity } from '../protocol/runApi.js';
import type { ResultArguments } from './arguments.js';
import { buildReport } from './report.js';
import { gatherHtmlReport } from './reportSources.js';
import { UsageError } from './usageError.js';

/** Exit status where all went well and `--fail-on` says that it should not count as such. */
export const FAILED_ON_FINDING = 3;

/** Before the training rather than after it. */
export function checkWritable({ json, html }: ResultArguments): void {
  for (const file of [json, html]) {
    if (file === null) continue;
    try {
      closeSync(openSync(resolve(file), 'a'));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(`${resolve(file)} cannot be written: ${reason}`);
    }
  }
}

/** Writes what was asked for; the series come from the run's record. */
export async function writeResults({ json, html }: ResultArguments, snapshot: RunSnapshot): Promise<void> {
  if (json !== null) writeFileSync(resolve(json), `${JSON.stringify(buildReport(snapshot), null, 2)}\n`);
  if (html === null) return;
  const recorded = openRecordedRun(snapshot.summary.directory);
  try {
    writeFileSync(resolve(html), htmlReport(await gatherHtmlReport(snapshot, recorded)));
  } finally {
    recorded.dispose();
  }
}

/** What `--fail-on` makes of the findings of a script that ended well. */
export function statusOf(findings: RunSnapshot['findings'], failOn: ResultArguments['failOn']): number {
  if (failOn === null) return 0;
  const counted: readonly Severity[] = failOn === 'error' ? ['error'] : ['error', 'warning'];
  return findings.some(({ severity }) => counted.includes(severity)) ? FAILED_ON_FINDING : 0;
}
