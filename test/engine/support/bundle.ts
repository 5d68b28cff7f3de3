/** Bundles engine and command from source, as the build does, so that tests run what is there now. */
import { build } from 'esbuild';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const ENTRIES = {
  engine: join(ROOT, 'src/engine/main.ts'),
  cli: join(ROOT, 'src/cli.ts'),
  launcher: join(ROOT, 'test/engine/support/launcher.ts'),
  'probes/tfjs/preload': join(ROOT, 'src/probes/tfjs/preload.ts'),
};

export interface Bundle {
  engineScript: string;
  cliScript: string;
  /** Launches `train.py` of the folder that it is given, prints the run directory and stays. */
  launcherScript: string;
  dispose(): void;
}

/** A folder beside `dist` with `engine.js`, `cli.js` and the probes. */
export async function bundleEngine(): Promise<Bundle> {
  mkdirSync(join(ROOT, 'dist-test'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'dist-test', 'engine-'));
  const out = join(folder, 'dist');
  await build({
    entryPoints: Object.fromEntries(Object.entries(ENTRIES).filter(([, source]) => existsSync(source))),
    outdir: out,
    bundle: true,
    platform: 'node',
    target: 'node22.15',
    format: 'cjs',
    logLevel: 'error',
    sourcemap: 'inline',
  });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  cpSync(join(ROOT, 'src/probes/pytorch'), join(out, 'probes/pytorch'), { recursive: true });
  return {
    engineScript: join(out, 'engine.js'),
    cliScript: join(out, 'cli.js'),
    launcherScript: join(out, 'launcher.js'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
