// What the probe is compared with, in a folder of its own: nobody's environment is changed.
import path from 'node:path';
import { run } from '../../scripts/lib/exec.mjs';
import { SetupError, step } from '../../scripts/lib/log.mjs';
import { cacheDirectory } from '../../scripts/lib/paths.mjs';
import { findPythonWithTorch } from '../../scripts/lib/python.mjs';
import { once } from '../../scripts/lib/stamp.mjs';

const wanted = ['wandb==0.31.0', 'tensorboard==2.21.0', 'setuptools==80.9.0'];

/** @returns {Promise<Record<string, string>>} variables that tell a benchmark which Python to use, and with what */
export async function preparePython() {
  const python = await findPythonWithTorch();
  if (python === null)
    throw new SetupError('No Python with PyTorch was found.', 'Run npm test once; it makes one.');
  const folder = path.join(cacheDirectory, 'bench-python');
  await once(`${folder}.stamp`, [python, ...wanted].join(' '), async () => {
    step(`Installing ${wanted.join(', ')} for the benchmark`);
    const install = ['-m', 'pip', 'install', '--quiet', '--upgrade', '--target', folder, ...wanted];
    const { code, tail } = await run(python, install);
    if (code !== 0)
      throw new SetupError('They could not be installed.', 'Check the network connection.', tail);
  });
  return { BENCH_PYTHON: python, BENCH_PACKAGES: folder };
}
