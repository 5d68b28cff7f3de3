/** Where training is to be held next, beside breakpoints, and the gear that it runs in for this. */
import { GATE_KINDS, type GateKind } from '../../protocol/inspection.js';
import type { LaunchConfig, Stop } from '../../protocol/runApi.js';
import type { Gear } from '../../protocol/telemetry.js';

export interface Aim {
  reason: Extract<Stop['reason'], 'entry' | 'pause' | 'step'>;
  kinds: readonly GateKind[];
}

export const AIMS = {
  pause: { reason: 'pause', kinds: GATE_KINDS },
  entry: { reason: 'entry', kinds: ['step'] },
  over: { reason: 'step', kinds: ['step'] },
  into: { reason: 'step', kinds: ['microBatch', 'step'] },
  out: { reason: 'step', kinds: ['validation'] },
  /** Back or forward: the next gate is the one that was gone to. */
  travel: { reason: 'step', kinds: GATE_KINDS },
} as const satisfies Record<string, Aim>;

/** Findings and expressions are looked at before each update, and where validation has just told something new. */
const LOOKED_AT: readonly GateKind[] = ['step', 'validation'];

const MEGABYTE = 1024 * 1024;
export const DEFAULT_STEP_BACK = 512;
export const DEFAULT_PAUSE_GRACE = 300;
/** Seconds that a held training waits whose engine has died: nobody can come back to it. */
const ORPHAN_GRACE = 10;

const FREE: Gear = { gated: false, kinds: [], snapshotBytes: 0, grace: 0 };

/** @param watched whether there are breakpoints, or training is held at the moment. */
export function gearFor(watched: boolean, aim: Aim | null, config: LaunchConfig): Gear {
  if (!watched && aim === null) return FREE;
  const kinds = new Set([...(watched ? LOOKED_AT : []), ...(aim?.kinds ?? [])]);
  return {
    gated: true,
    kinds: GATE_KINDS.filter((kind) => kinds.has(kind)),
    snapshotBytes: (config.stepBackMemory ?? DEFAULT_STEP_BACK) * MEGABYTE,
    grace: Math.min(ORPHAN_GRACE, config.pauseGrace ?? DEFAULT_PAUSE_GRACE),
  };
}
