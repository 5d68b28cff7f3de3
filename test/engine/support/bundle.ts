/** Bundles engine and command from source, as the build does, so that tests run what is there now. */
import { build } from 'esbuild';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tfjs from '../../../src/probes/tfjs/entries.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const ENTRIES = {
  engine: join(ROOT, 'src/engine/main.ts'),
  cli: join(ROOT, 'src/cli.ts'),
  launcher: join(ROOT, 'test/engine/support/launcher.ts'),
};

export interface Bundle {
  engineScript: string;
  cliScript: string;
  /** Launches `train.py` of the folder that it is given, prints the run directory and stays. */
  launcherScript: string;
  dispose(): void;
}

/** A folder beside `dist` with `engine.js`, `cli.js` and the probes. */
export async function bundleEngine(probes: 'python' | 'all' = 'python'): Promise<Bundle> {
  mkdirSync(join(ROOT, 'dist-test'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'dist-test', 'engine-'));
  const out = join(folder, 'dist');
  const options = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' } as const;
  await build({ ...options, entryPoints: ENTRIES, outdir: out, target: 'node22.15', sourcemap: 'inline' });
  if (probes === 'all') await bundleTfjs(out);
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'src/probes/pytorch'), join(out, 'probes/pytorch'), { recursive: true });
  return {
    engineScript: join(out, 'engine.js'),
    cliScript: join(out, 'cli.js'),
    launcherScript: join(out, 'launcher.js'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function bundleTfjs(out: string): Promise<void> {
  await Promise.all(
    tfjs.bundles.map(({ from, to, ...options }) =>
      build({
        ...options,
        bundle: true,
        entryPoints: [join(ROOT, from)],
        outfile: join(out, to),
        logLevel: 'error',
      }),
    ),
  );
  for (const { from, to } of tfjs.copies) cpSync(join(ROOT, from), join(out, to));
}
