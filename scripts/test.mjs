// `npm test`: sets up what is missing, then runs every check and test, and ends with "N passed, N failed".
//   npm test                 everything
//   npm test -- unit host    these groups of suites only: lint, unit, python, host, ui
// Suites of one group run side by side, as many as there are processors; a suite's failures are printed when it ends.
// With CI=true (or --ci) a skipped test counts as failed.
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { SetupError, printFailure, step } from './lib/log.mjs';
import { Resources } from './lib/resources.mjs';
import { sideBySide } from './lib/sideBySide.mjs';
import { groups, resultsDirectory, suites } from './lib/suites.mjs';

function chooseSuites(wanted) {
  const unknown = wanted.filter((name) => !groups.includes(name));
  if (unknown.length > 0)
    throw new SetupError(
      `There is no group of tests called ${unknown.join(', ')}.`,
      `Known: ${groups.join(', ')}.`,
    );
  return wanted.length === 0 ? suites : suites.filter((suite) => wanted.includes(suite.group));
}

/** Failures of the setup: several suites may meet the same one. */
const printed = new Set();

const nothing = { passed: 0, failed: 0, skipped: 0, output: '' };

/** One suite; a setup that fails fails the suite, and the others still run. */
async function runSuite(suite, resources) {
  const began = Date.now();
  let outcome;
  try {
    const env = await resources.environment(suite.needs);
    step(suite.name);
    outcome = await suite.run({ node: await resources.get('node'), env });
  } catch (error) {
    if (!printed.has(error)) printFailure(error);
    printed.add(error);
    outcome = { ...nothing, failed: 1, output: `${suite.name} could not run: ${error.message}` };
  }
  return { name: suite.name, ...outcome, seconds: (Date.now() - began) / 1000 };
}

function countSkipped(outcome, strict) {
  if (!strict || outcome.skipped === 0) return outcome;
  const output = `${outcome.output}\n${outcome.skipped} tests were skipped, which CI does not allow.`;
  return { ...outcome, failed: outcome.failed + outcome.skipped, output };
}

/** A group of suites; the outcomes in their order. */
function runGroup(members, resources, strict) {
  return sideBySide(members, os.availableParallelism(), async (suite) => {
    const outcome = countSkipped(await runSuite(suite, resources), strict);
    if (outcome.failed > 0) console.log(`\n${suite.name}:\n${outcome.output.trim()}\n`);
    else step(`${suite.name}: passed`);
    return outcome;
  });
}

function printTable(outcomes) {
  const width = Math.max(...outcomes.map(({ name }) => name.length), 5);
  console.log(`\n${'suite'.padEnd(width)}  passed  failed  skipped  seconds`);
  for (const { name, passed, failed, skipped, seconds } of outcomes)
    console.log(
      [
        name.padEnd(width),
        ...[String(passed).padStart(6), String(failed).padStart(6), String(skipped).padStart(7)],
        seconds.toFixed(1).padStart(7),
      ].join('  '),
    );
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { ci: { type: 'boolean', default: Boolean(process.env.CI) } },
    allowPositionals: true,
  });
  const chosen = chooseSuites(positionals);
  await mkdir(resultsDirectory, { recursive: true });
  const resources = new Resources();
  for (const name of chosen.flatMap((suite) => suite.needs)) resources.begin(name);
  const outcomes = [];
  for (const group of groups) {
    const members = chosen.filter((suite) => suite.group === group);
    outcomes.push(...(await runGroup(members, resources, values.ci)));
  }
  printTable(outcomes);
  const sum = (key) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

main().catch((error) => {
  printFailure(error);
  process.exitCode = 1;
});
