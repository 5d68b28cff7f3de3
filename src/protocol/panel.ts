/** Extension host <-> webview. The page says `ready`, gets a snapshot, then what changes; it asks for frames. */
import type { ConsoleChunk, Finding, RunSnapshot, RunSummary, SeriesInfo, Stop, XAxis } from './runApi.js';

/** As `SeriesFrame`, in typed arrays, which `postMessage` carries without encoding. */
export interface PanelFrame {
  series: string;
  x: Float64Array;
  min: Float32Array;
  max: Float32Array;
  mean: Float32Array;
  nonFinite: Uint32Array;
  stride: number;
}

export interface PanelParameterFrame {
  names: string[];
  steps: number[];
  values: Float32Array;
}

/** How the page looks, kept by the host so that it survives the page. */
export interface PanelView {
  x: XAxis;
  logScale: boolean;
  /** Weight of the exponential moving average, 0 (off) to 0.99. */
  smoothing: number;
  rank: number;
}

/** `over`, `back` and `skip` are for a training that is held, as `Advance` has them. */
export const CONTROL_ACTIONS = ['pause', 'resume', 'over', 'back', 'skip', 'stop', 'rerun'] as const;

export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** Requests of the page; each is answered by one `reply` with its `id`. */
export type PanelRequest =
  | { kind: 'frames'; rank: number; series: string[]; x: XAxis; from?: number; to?: number; width: number }
  | {
      kind: 'parameterFrame';
      rank: number;
      measure: 'gradNorm' | 'weightNorm' | 'updateRatio';
      width: number;
    }
  | { kind: 'control'; action: ControlAction }
  | { kind: 'openSource'; file: string; line: number }
  | { kind: 'openRule'; rule: string }
  | { kind: 'openConsole' }
  /** The host asks where to save. */
  | { kind: 'exportCsv'; rank: number; series: string[] }
  | { kind: 'exportPng'; name: string; data: Uint8Array };

export type PanelReply =
  | { kind: 'frames'; frames: PanelFrame[] }
  | { kind: 'parameterFrame'; frame: PanelParameterFrame }
  | { kind: 'done' };

/** Page -> host. */
export type FromPanel =
  | { type: 'ready' }
  | { type: 'request'; id: number; request: PanelRequest }
  | { type: 'view'; view: PanelView }
  /** An error that the page could not handle; the host logs it. */
  | { type: 'error'; message: string };

/** Host -> page. */
export type ToPanel =
  | {
      type: 'snapshot';
      snapshot: RunSnapshot;
      view: PanelView;
      /** BCP 47, and translations by English template. */
      locale: string;
      translations: Record<string, string>;
      /** False in Restricted Mode and in a plain browser: no controls. */
      controllable: boolean;
    }
  /** There is no snapshot to be had now; for people. */
  | { type: 'unavailable'; message: string }
  | { type: 'progress'; summary: RunSummary; series: SeriesInfo[] }
  | { type: 'findings'; findings: Finding[] }
  | { type: 'console'; chunks: ConsoleChunk[] }
  | { type: 'stopped'; stop: Stop }
  | { type: 'continued' }
  | { type: 'ended'; summary: RunSummary }
  | { type: 'reply'; id: number; reply: PanelReply }
  | { type: 'failed'; id: number; message: string };
