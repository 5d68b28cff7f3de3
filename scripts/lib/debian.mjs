// Packages of the system's own package manager, where there is no other way.
import path from 'node:path';
import { run } from './exec.mjs';
import { withLock } from './lock.mjs';
import { SetupError } from './log.mjs';
import { root } from './paths.mjs';

const script = path.join(root, 'scripts', 'debian-packages.sh');

/**
 * Installs the missing ones of `packages` through scripts/debian-packages.sh.
 * @param {string[]} packages Debian package names
 * @param {string} purpose what they are needed for, for the message
 */
export async function needDebianPackages(packages, purpose) {
  const { code, tail } = await withLock('debian-packages', () => run('bash', [script, ...packages]));
  if (code === 0) return;
  throw new SetupError(
    `${purpose} needs ${packages.join(', ')}, which could not be installed.`,
    `Install the equivalent for your system by hand (on Debian and Ubuntu: bash scripts/debian-packages.sh ${packages.join(' ')}), then try again.`,
    tail,
  );
}
