// Reading what the test runners write for machines.
import { readFile } from 'node:fs/promises';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @returns {Promise<Counts>} from vitest's JSON report; a file that does not load counts as a failure */
export async function readVitest(file) {
  const report = JSON.parse(await readFile(file, 'utf8'));
  const broken = report.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Promise<Counts & { failures: string[] }>} from mocha's JSON report */
export async function readMocha(file) {
  const { stats, failures } = JSON.parse(await readFile(file, 'utf8'));
  return {
    passed: stats.passes,
    failed: stats.failures,
    skipped: stats.pending,
    failures: failures.map(({ fullTitle, err }) => `${fullTitle}\n${err.stack ?? err.message ?? ''}`),
  };
}

/** @returns {Promise<Counts>} from pytest's JUnit XML */
export async function readJunit(file) {
  const xml = await readFile(file, 'utf8');
  const counts = { tests: 0, failures: 0, errors: 0, skipped: 0 };
  for (const [suite] of xml.matchAll(/<testsuite\s[^>]*>/g))
    for (const key of Object.keys(counts))
      counts[key] += Number(new RegExp(`\\s${key}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = counts.failures + counts.errors;
  return { passed: counts.tests - failed - counts.skipped, failed, skipped: counts.skipped };
}
