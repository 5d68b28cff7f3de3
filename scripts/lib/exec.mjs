// Running other programs: quietly, with their words kept for when they fail.
import { spawn } from 'node:child_process';
import { isWindows } from './paths.mjs';

const kept = 4000;

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] `show`: the program speaks to
 *   the terminal itself; otherwise its output is collected
 * @returns {Promise<{ code: number, output: string, tail: string }>} code 127 when it could not start
 */
export function run(program, args, { cwd, env, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: isWindows && /\.(cmd|bat)$/.test(program),
    });
    const words = { output: '', all: '' };
    child.stdout?.on('data', (data) => ((words.output += data), (words.all += data)));
    child.stderr?.on('data', (data) => (words.all += data));
    child.on('error', (error) => resolve({ code: 127, output: '', tail: error.message }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? (signal ? 128 : 1), output: words.output, tail: words.all.slice(-kept) }),
    );
  });
}
