// Ends the trainings of a workspace. They outlive their window by design, but not `npm start`.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './exec.mjs';
import { isWindows } from './paths.mjs';

const patienceMs = 15_000;

async function engineOf(directory) {
  const text = await readFile(path.join(directory, 'engine.json'), 'utf8').catch(() => '{}');
  const pid = JSON.parse(text).pid ?? 0;
  return pid > 0 && (await isEngine(pid)) ? pid : 0;
}

/** A process number may have been given to another program since. */
async function isEngine(pid) {
  const list = isWindows
    ? ['tasklist', ['/FI', `PID eq ${pid}`]]
    : ['ps', ['-o', 'command=', '-p', String(pid)]];
  const { output } = await run(...list);
  return /engine\.js|node/.test(output);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function stopOne(pid) {
  process.kill(pid, 'SIGTERM');
  for (const deadline = Date.now() + patienceMs; isAlive(pid) && Date.now() < deadline;) await sleep(100);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** @param {string} workspace a folder with `.training-debugger/runs` */
export async function stopRuns(workspace) {
  const runs = path.join(workspace, '.training-debugger', 'runs');
  const names = await readdir(runs).catch(() => []);
  const engines = await Promise.all(names.map((name) => engineOf(path.join(runs, name)).catch(() => 0)));
  await Promise.all(engines.filter((pid) => pid > 0).map((pid) => stopOne(pid).catch(() => undefined)));
}
