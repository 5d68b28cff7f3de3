/** The state of the sources at a run's start: commit, branch, and what was changed but not committed. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUN_FILES } from './runDirectory.js';

export interface GitState {
  commit: string;
  /** Null where HEAD is detached. */
  branch: string | null;
  /** Changed or new files, at most 1000. */
  changed: string[];
  /** `git.diff` of the run directory: tracked changes against the commit. Cut where it is larger than 4 MiB. */
  diff: { file: string; bytes: number; cut: boolean } | null;
}

const DIFF_LIMIT = 4 * 1024 * 1024;
const FILES_LIMIT = 1000;
/** Milliseconds that a start may wait for git in a very large repository. */
const PATIENCE = 5000;

/** Null where `folder` is in no git repository with a commit, or there is no git. Writes the diff beside `run.json`. */
export async function recordGit(folder: string, directory: string): Promise<GitState | null> {
  const [commit, branch, status, diff] = await Promise.all([
    git(folder, ['rev-parse', '--verify', 'HEAD']),
    git(folder, ['symbolic-ref', '--short', '-q', 'HEAD']),
    git(folder, ['status', '--porcelain', '-z', '--no-renames']),
    git(folder, ['diff', 'HEAD', '--no-color', '--no-ext-diff', '--binary']),
  ]);
  if (!commit) return null;
  return {
    commit: commit.trim(),
    branch: branch?.trim() ?? null,
    changed: (status ?? '').split('\0').slice(0, FILES_LIMIT).map(fileOf).filter(Boolean),
    diff: diff ? keepDiff(directory, diff) : null,
  };
}

function fileOf(statusLine: string): string {
  return statusLine.slice(3);
}

function keepDiff(directory: string, diff: string): GitState['diff'] {
  const whole = Buffer.from(diff);
  const kept = whole.subarray(0, DIFF_LIMIT);
  writeFileSync(join(directory, RUN_FILES.diff), kept);
  return { file: RUN_FILES.diff, bytes: kept.length, cut: kept.length < whole.length };
}

/** What git prints, cut after the limit; undefined where it fails. Takes no locks that the user's own git may want. */
function git(folder: string, args: string[]): Promise<string | undefined> {
  const options = { cwd: folder, timeout: PATIENCE, maxBuffer: DIFF_LIMIT + 1024, encoding: 'utf8' as const };
  return new Promise((resolve) => {
    execFile('git', ['--no-optional-locks', ...args], options, (error, stdout) => {
      const tooLong = error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
      resolve(error && !tooLong ? undefined : stdout);
    });
  });
}
