/** Who launches a run <-> its engine, over the channel of `child_process`, once. */
import type { LaunchConfig } from '../protocol/runApi.js';
import type { Text } from '../protocol/values.js';

export interface EngineOrder {
  config: LaunchConfig;
  id: string;
  /** The run directory, which exists. */
  directory: string;
}

export type EngineReply =
  | { type: 'serving' }
  /** Nothing was started. */
  | { type: 'failed'; message: string; problem: Text | null; field: string | null };
