import type { EngineOrder, EngineReply } from './engineOrder.js';
import { LaunchError } from './launch/launchError.js';
import { log, logTo } from './log.js';
import { serveRun } from './serve.js';

/** Runs as the detached engine of one run, which comes as the first message of the parent. */
export async function runEngine(engineScript: string): Promise<void> {
  logTo((line) => process.stderr.write(line));
  process.stderr.on('error', () => undefined);
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => log(`${signal} is ignored`));
  process.on('uncaughtException', (error) => log('uncaught', error));
  process.on('unhandledRejection', (error) => log('unhandled', error));
  const order = await new Promise<EngineOrder>((resolve) => process.once('message', resolve));
  try {
    const served = await serveRun(order, engineScript, false);
    process.on('SIGTERM', () => served.leave());
    reply({ type: 'serving' });
    await served.done;
    process.exit(0);
  } catch (error) {
    log('the run could not be started', error);
    const { problem, field } = error instanceof LaunchError ? error : { problem: null, field: null };
    reply({
      type: 'failed',
      message: error instanceof Error ? error.message : String(error),
      problem,
      field,
    });
    process.exitCode = 1;
  }
}

/** The last that parent and engine have to say to each other. */
function reply(message: EngineReply): void {
  if (process.send === undefined || !process.connected) return;
  process.send(message, undefined, {}, () => {
    if (process.connected) process.disconnect();
  });
}
