// One installer at a time in a folder that several clones share.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './log.mjs';
import { cacheDirectory } from './paths.mjs';

async function ownerIsAlive(lock) {
  const pid = Number(await readFile(path.join(lock, 'pid'), 'utf8').catch(() => '0'));
  if (pid === 0) return true; // being written right now
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function take(lock) {
  try {
    await mkdir(lock);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
  await writeFile(path.join(lock, 'pid'), String(process.pid));
  return true;
}

/**
 * Runs `work` while no other process on this machine runs it.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const lock = path.join(cacheDirectory, `${name}.lock`);
  await mkdir(cacheDirectory, { recursive: true });
  for (let tries = 0; !(await take(lock)); tries++) {
    if (tries === 0) step(`Waiting for another process that is setting up ${name}`);
    if (!(await ownerIsAlive(lock))) await rm(lock, { recursive: true, force: true });
    await sleep(500);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}
