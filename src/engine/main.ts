/** Entry of the engine process, and of the runner between it and the training. */
import { realpathSync } from 'node:fs';

async function main(): Promise<void> {
  if (process.argv[2] === 'runner') {
    const { runRunner } = await import('./launch/runner.js');
    runRunner();
    return;
  }
  const { runEngine } = await import('./process.js');
  await runEngine(realpathSync(process.argv[1] ?? ''));
}

void main();
