// What suites of tests need before they can run. Each is got once, and those that are wanted at the same time.
import path from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { build, installPackages } from './build.mjs';
import { ensureEnvironment, ensureOldPython } from './environments.mjs';
import { ensureNode } from './node24.mjs';
import { root } from './paths.mjs';
import { ensureWorkbench } from './workbench/install.mjs';

const requirements = path.join(root, 'test', 'requirements.txt');

const makers = {
  packages: installPackages,
  build: (resources) => resources.get('packages').then(build),
  node: ensureNode,
  python: () => ensureEnvironment(requirements, 'PyTorch and what its tests use'),
  oldPython: () => ensureOldPython(requirements),
  workbench: () => ensureNode().then(ensureWorkbench),
  browser: ensureBrowser,
};

/** @typedef {keyof typeof makers} ResourceName */

export class Resources {
  /** @type {Map<ResourceName, Promise<any>>} */
  #made = new Map();

  /** Begins to get something; whoever needs it hears of a failure then. */
  begin(name) {
    if (this.#made.has(name)) return;
    const made = makers[name](this);
    made.catch(() => undefined);
    this.#made.set(name, made);
  }

  get(name) {
    this.begin(name);
    return this.#made.get(name);
  }

  /** The environment in which a suite runs: the right Node first on the PATH, the Pythons by name. */
  async environment(names) {
    const got = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await this.get(name)])),
    );
    const node = await this.get('node');
    return {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`,
      OMP_NUM_THREADS: '1',
      NO_COLOR: '1',
      ...(got.python && { TD_PYTHON: got.python }),
      ...(got.oldPython && { TD_PYTHON_OLD: got.oldPython }),
      ...(got.browser && { TD_BROWSER: got.browser }),
    };
  }
}
