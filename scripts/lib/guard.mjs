// Ends the trainings and the workbench of a test whose own process is gone before it could: interrupted, or killed.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';
import { stopRuns } from './stopRuns.mjs';

const script = path.join(root, 'scripts', 'lib', 'guard.mjs');

/**
 * Watches over what this process starts: its end closes a pipe, however it comes.
 * @param {string} base folder that goes too, with the trainings of its folder `workspace`
 * @param {number} server process to end
 * @returns {() => void} to be called where all of it was ended in order
 */
export function guard(base, server) {
  const child = spawn(process.execPath, [script, base, String(server)], {
    detached: true, // an interrupt from the keyboard must not reach it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.unref();
  return () => child.kill();
}

async function clear([base, server]) {
  try {
    process.kill(Number(server), 'SIGTERM');
  } catch {
    // It went with the test.
  }
  await stopRuns(path.join(base, 'workspace'));
  await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

if (process.argv[1] === script) process.stdin.resume().once('end', () => void clear(process.argv.slice(2)));
