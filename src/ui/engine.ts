import type { GpuList } from '../engine/launch/gpus.js';
import type { LaunchConfig, RunClient, RunSummary } from '../protocol/runApi.js';

/** What the extension needs of the engine; its code is loaded when first used, so that activation is cheap. */
export interface Engine {
  parseConfig(raw: unknown, defaults: { workspace: string; runsDirectory: string }): Promise<LaunchConfig>;
  launch(config: LaunchConfig): Promise<{ directory: string; client: RunClient }>;
  /** A live run over its socket, or the record of one whose engine is gone. */
  attach(directory: string): Promise<RunClient>;
  list(runsDirectory: string): Promise<RunSummary[]>;
  openRecorded(directory: string): Promise<RunClient>;
  remove(directory: string): Promise<void>;
  /** As it was launched, for a rerun; null where the manifest cannot tell. */
  config(directory: string): Promise<LaunchConfig | null>;
  gpus(): Promise<GpuList>;
}

/** @param script path of dist/engine.js. */
export function engineOf(script: string): Engine {
  const client = () => import('../engine/client.js');
  const recorder = () => import('../engine/recorder/index.js');
  return {
    parseConfig: async (raw, defaults) =>
      (await import('../engine/launch/config.js')).parseLaunchConfig(raw, defaults),
    launch: async (config) =>
      (await client()).launchRun(config, { node: process.execPath, engineScript: script }),
    attach: async (directory) => (await client()).attachRun(directory),
    list: async (runsDirectory) => (await recorder()).listRuns(runsDirectory),
    openRecorded: async (directory) => (await recorder()).openRecordedRun(directory),
    remove: async (directory) => {
      const { deleteRun, engineIsAlive } = await recorder();
      await until(() => !engineIsAlive(directory));
      deleteRun(directory);
    },
    config: async (directory) => (await recorder()).readManifest(directory).config,
    gpus: async () => (await import('../engine/launch/gpus.js')).listGpus(process.env),
  };
}

/** An engine stays a moment after the end of its run, for those who still look. */
const ENGINE_LEAVES_MS = 8000;

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + ENGINE_LEAVES_MS;
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
}
