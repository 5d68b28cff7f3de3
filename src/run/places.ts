/** Named places in the script, as messages tell of them. */
import type { ProbeMessage } from '../protocol/telemetry.js';
import type { RunSnapshot } from '../protocol/runApi.js';
import type { SourceLine } from '../protocol/values.js';

export type Place = RunSnapshot['places'][number];

function place(kind: string, label: string, source: SourceLine | undefined): Place[] {
  return source ? [{ kind, label, source }] : [];
}

/** The places that a message names; none for most. */
export function placesIn(message: ProbeMessage): Place[] {
  switch (message.type) {
    case 'optimizer':
      return [
        ...place('optimizer', message.name, message.source),
        ...place('step', message.name, message.stepSource),
      ];
    case 'loss':
      return [
        ...place('loss', message.label, message.source),
        ...place('backward', message.label, message.backwardSource),
      ];
    case 'scheduler':
      return place('scheduler', message.name, message.source);
    case 'loader':
      return place('loader', message.role, message.source);
    case 'layers':
      return message.layers.flatMap((layer) => place('layer', layer.name || layer.kind, layer.source));
    case 'validation':
      return place('validation', 'validation', message.source);
    default:
      return [];
  }
}

export function placeKey({ kind, label, source }: Place): string {
  return kind === 'layer' || kind === 'loader'
    ? `${kind} ${source.file}:${source.line}`
    : `${kind} ${label} ${source.file}:${source.line}`;
}

/** A loader's role shows only when it is used. */
export function isBetterKnown({ kind, label }: Place): boolean {
  return kind === 'loader' && label !== 'unknown';
}
