import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordGit } from '../../../src/engine/recorder/index.js';
import { useRunsFolder } from './runsFolder.js';

const folder = useRunsFolder();

function repository(): { sources: string; run: string; git: (...args: string[]) => string } {
  const [sources, run] = [join(folder.path, 'sources'), join(folder.path, 'run')];
  mkdirSync(sources);
  mkdirSync(run);
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false'];
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, ...args], { cwd: sources, encoding: 'utf8' });
  git('init', '-q', '-b', 'trunk');
  writeFileSync(join(sources, 'train.py'), 'lr = 0.1\n');
  git('add', '.');
  git('commit', '-qm', 'first');
  return { sources, run, git };
}

describe('the state of the sources', () => {
  it('is the commit, the branch and what was changed since', async () => {
    const { sources, run, git } = repository();
    appendFileSync(join(sources, 'train.py'), 'epochs = 3\n');
    writeFileSync(join(sources, 'new file.py'), '');
    const state = await recordGit(sources, run);
    expect(state).toMatchObject({ commit: git('rev-parse', 'HEAD').trim(), branch: 'trunk' });
    expect(state?.changed).toEqual(['train.py', 'new file.py']);
    const diff = readFileSync(join(run, state?.diff?.file ?? ''), 'utf8');
    expect(diff).toContain('+epochs = 3');
    git('checkout', '-q', '--', 'train.py');
    git('apply', join(run, 'git.diff'));
    expect(readFileSync(join(sources, 'train.py'), 'utf8')).toBe('lr = 0.1\nepochs = 3\n');
  });

  it('keeps no more of a huge change than its limit, and says so', async () => {
    const { sources, run } = repository();
    writeFileSync(join(sources, 'train.py'), 'x = 1234567890\n'.repeat(600_000));
    const state = await recordGit(sources, run);
    expect(state?.diff).toMatchObject({ cut: true });
    expect(statSync(join(run, 'git.diff')).size).toBe(state?.diff?.bytes);
    expect(state?.diff?.bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it('is nothing outside a repository', async () => {
    expect(await recordGit(folder.path, folder.path)).toBeNull();
  });
});
