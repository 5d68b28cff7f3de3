import path from 'node:path';
import { ENVIRONMENT, type Gear } from '../../protocol/telemetry.js';

/** What the engine, or a user without one, asks of the probe. */
export interface Settings {
  socket: string | undefined;
  token: string;
  /** Process of the engine. */
  engine: number | undefined;
  log: string | undefined;
  seed: number | undefined;
  /** Share of step time that sampled measures may cost. */
  budget: number;
  checkpoints: string | undefined;
  /** Checkpoint to go on from: a `model.json` or its folder. */
  resume: string | undefined;
  /** The gear to begin in. */
  gear: Gear;
  /** False when a binding that does not load shall fail, as it would without the probe. */
  fallback: boolean;
  /** True to compute on the embedded backend even where the workspace has a TensorFlow.js of its own. */
  embedded: boolean;
}

const DEFAULT_BUDGET = 0.01;

/** TensorFlow.js alone is concerned by these two. */
const FALLBACK = 'TRAINING_DEBUGGER_FALLBACK';
const BACKEND = 'TRAINING_DEBUGGER_BACKEND';

function numberOf(value: string | undefined): number | undefined {
  const number = value === undefined || value.trim() === '' ? NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** Free-running: training waits for nobody. */
export const FREE: Gear = { gated: false, kinds: [], snapshotBytes: 0, grace: 0 };

function gearOf(value: string | undefined): Gear {
  try {
    return { ...FREE, ...(JSON.parse(value ?? '{}') as Partial<Gear>) };
  } catch {
    return FREE;
  }
}

/** Reads the environment; null when nobody listens, and nothing shall be touched. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings | null {
  const socket = nonEmpty(environment[ENVIRONMENT.socket]);
  const log = nonEmpty(environment[ENVIRONMENT.log]);
  if (socket === undefined && log === undefined) return null;
  const budget = numberOf(environment[ENVIRONMENT.budget]) ?? DEFAULT_BUDGET;
  return {
    socket,
    token: environment[ENVIRONMENT.token] ?? '',
    engine: numberOf(environment[ENVIRONMENT.engine]),
    log: log === undefined ? undefined : path.resolve(log.replaceAll('{rank}', '0')),
    seed: numberOf(environment[ENVIRONMENT.seed]),
    budget: Math.min(1, Math.max(0, budget)),
    checkpoints: nonEmpty(environment[ENVIRONMENT.checkpoints]),
    resume: nonEmpty(environment[ENVIRONMENT.resume]),
    gear: gearOf(environment[ENVIRONMENT.gear]),
    fallback: environment[FALLBACK] !== 'off',
    embedded: environment[BACKEND] === 'embedded',
  };
}
