/**
 * Composition root of the probe: `node --require preload.cjs script.js`. Touches nothing in a process that nobody
 * listens to, and in worker threads.
 */
import { isMainThread } from 'node:worker_threads';
import { readSettings, type Settings } from './environment.js';
import { watchTheEnd } from './exit.js';
import { currentEngine, hookEngine } from './hooks/engine.js';
import { hookModules } from './hooks/modules.js';
import { resolvePackages } from './loading/resolution.js';
import { Session } from './session.js';
import { seedMathRandom } from './seed.js';
import { Training } from './training.js';

function start(settings: Settings): void {
  if (settings.seed !== undefined) seedMathRandom(settings.seed);
  const training = new Training(new Session(settings));
  hookModules(training);
  hookEngine(training);
  resolvePackages(settings, training);
  watchTheEnd(training, () => currentEngine() !== undefined || training.reason !== undefined);
}

const settings = isMainThread ? readSettings(process.env) : null;
if (settings) {
  try {
    start(settings);
  } catch {
    // A probe that cannot start leaves the script alone.
  }
}
