// The suites of `npm test`, in the order in which they run.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { run } from './exec.mjs';
import { runHostTests } from './hostTests.mjs';
import { root } from './paths.mjs';
import { readJunit, readMocha, readVitest } from './reports.mjs';

/**
 * @typedef {import('./reports.mjs').Counts} Counts
 * @typedef {{ node: string, env: NodeJS.ProcessEnv }} Context
 * @typedef {{
 *   name: string, group: string, needs: import('./resources.mjs').ResourceName[],
 *   run: (context: Context) => Promise<Counts & { output: string }>,
 * }} Suite
 */

export const resultsDirectory = path.join(root, 'test-results');
const results = (name) => path.join(resultsDirectory, name);
const tool = (...names) => path.join(root, 'node_modules', ...names);
const probeFolders = ['src/probes/pytorch', 'test/probes/pytorch'];

/** A check that either holds or does not: it counts as one test. */
function check(name, group, needs, command) {
  return {
    name,
    group,
    needs: ['packages', ...needs],
    run: async (context) => {
      const [program, ...args] = command(context);
      const { code, tail } = await run(program, args, { cwd: root, env: context.env });
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, output: tail };
    },
  };
}

/** Runs a test program that writes a report; without one, or with no test in it, the suite has failed. */
async function reported(file, program, args, env, read) {
  await rm(file, { force: true });
  const { code, tail } = await run(program, args, { cwd: root, env });
  const counts = existsSync(file) ? await read(file) : { passed: 0, failed: 0, skipped: 0 };
  const silentFailure = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  return { ...counts, failed: silentFailure ? 1 : counts.failed, output: tail };
}

function vitest(name, needs, config) {
  const file = results(`${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    name,
    group: name,
    needs: ['build', ...needs],
    run: ({ node, env }) =>
      reported(
        file,
        node,
        [tool('vitest', 'vitest.mjs'), 'run', '-c', config, ...reporters],
        env,
        readVitest,
      ),
  };
}

function pytest(name, python, ...chosen) {
  const file = results(`${name.replaceAll(/[^a-z0-9]+/gi, '-')}.xml`);
  const args = ['-m', 'pytest', `--junit-xml=${file}`, ...chosen];
  return {
    name,
    group: 'python',
    needs: ['build', 'python', 'oldPython'],
    run: ({ env }) => reported(file, env[python], args, { ...env, TD_PYTHON_TESTED: env[python] }, readJunit),
  };
}

/** Scripts in whole Pythons of their own, which take half of the time. */
const processes = 'test/probes/pytorch/processes';

const host = {
  name: 'host',
  group: 'host',
  needs: ['build', 'python', 'workbench', 'browser'],
  run: async ({ env }) => {
    const file = results('host.json');
    await rm(file, { force: true });
    const console = [];
    Object.assign(process.env, env);
    await runHostTests(file, (type, args) => console.push(`${type} ${args.join(' ')}`));
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, output: console.slice(-40).join('\n') };
    const { failures, ...counts } = await readMocha(file);
    return { ...counts, failed: counts.failed || Number(counts.passed === 0), output: failures.join('\n\n') };
  },
};

/** @type {Suite[]} */
export const suites = [
  check('typecheck', 'lint', [], ({ node }) => [
    node,
    tool('typescript', 'bin', 'tsc'),
    '--noEmit',
    '-p',
    '.',
  ]),
  check('eslint', 'lint', [], ({ node }) => [
    node,
    tool('eslint', 'bin', 'eslint.js'),
    '.',
    '--max-warnings=0',
  ]),
  check('prettier', 'lint', [], ({ node }) => [
    node,
    tool('prettier', 'bin', 'prettier.cjs'),
    '--check',
    '.',
  ]),
  check('ruff', 'lint', ['python'], ({ env }) => [env.TD_PYTHON, '-m', 'ruff', 'check', ...probeFolders]),
  check('ruff format', 'lint', ['python'], ({ env }) => [
    env.TD_PYTHON,
    ...['-m', 'ruff', 'format', '--check', ...probeFolders],
  ]),
  check('mypy', 'lint', ['python'], ({ env }) => [env.TD_PYTHON, '-m', 'mypy']),
  vitest('unit', ['python', 'oldPython'], 'vitest.config.mts'),
  pytest('probe, newest torch, processes', 'TD_PYTHON', processes),
  pytest('probe, newest torch', 'TD_PYTHON', 'test/probes/pytorch', `--ignore=${processes}`),
  pytest('probe, torch 1.13', 'TD_PYTHON_OLD', 'test/probes/pytorch'),
  host,
  vitest('ui', ['python', 'workbench', 'browser'], 'test/ui/vitest.config.mts'),
];

export const groups = [...new Set(suites.map((suite) => suite.group))];
