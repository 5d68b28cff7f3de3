/** What engine and probe say to each other about a training that can be held. */
import type { GateKind, GatePlace, InspectCall } from './inspection.js';
import type { Text } from './values.js';

/** Training has come to a place where it can be held, and waits for a `verdict`. Only sent in the gated gear. */
export interface Gate extends GatePlace {
  type: 'gate';
  /** Counts the gates of a connection, from 0. */
  gate: number;
  time: number;
}

/** The probe has changed gears as it was told. */
export interface GearChanged {
  type: 'gear';
  gated: boolean;
  /** Index of the last step whose update has been let through, -1 before the first: no gate of it is to come. */
  passed: number;
}

/** Answer to a `request`: a result, or why there is none. */
export interface Reply {
  type: 'reply';
  id: number;
  result?: unknown;
  error?: Text;
}

/** What is said between engine and probe about a training that is held: neither recorded nor written to a log. */
export type ConversationMessage = Gate | GearChanged | Reply;

/**
 * How training runs. Free-running (`gated` false) it never waits. Gated, it says each gate of these kinds and waits there
 * for the verdict.
 */
export interface Gear {
  gated: boolean;
  kinds: GateKind[];
  /** Bytes that snapshots for going back may take; 0 keeps none. They are taken at every `step` gate. */
  snapshotBytes: number;
  /** Seconds after which a held training goes on by itself when the engine is gone. */
  grace: number;
}

/**
 * `go`: on with what comes next. `hold`: wait for another verdict on this gate, and answer requests meanwhile; a probe
 * that holds says `state` `paused`, and `running` when it goes on. `skip`: on, without applying this update. `back`: set
 * everything back to the gate of the step before, which is then said as a gate of its own. `forward`: after going back,
 * apply the update here and compute the next recorded step again, up to its gate.
 */
export type GateAction = 'go' | 'hold' | 'skip' | 'back' | 'forward';

/** Engine -> probe. The first is `welcome` or `refused`. */
export type EngineMessage =
  | { type: 'welcome'; version: number }
  | { type: 'refused'; reason: string }
  | ({ type: 'gear' } & Gear)
  | { type: 'verdict'; gate: number; action: GateAction }
  /** Answered by a `reply` with the same id. */
  | ({ type: 'request'; id: number } & InspectCall)
  /** Give up the request with this id, if it is still being computed. */
  | { type: 'interrupt'; id: number }
  /** End training between two steps, as Ctrl+C would; a held one at once. */
  | { type: 'stop' };
