/** What arrives is checked before it is believed: a page hears everything that is posted to its window. */
import type { ToPanel } from '../src/protocol/panel.js';

type Shape = Record<string, 'string' | 'number' | 'boolean' | 'object' | 'array'>;

const SHAPES: Record<ToPanel['type'], Shape> = {
  snapshot: {
    snapshot: 'object',
    view: 'object',
    locale: 'string',
    translations: 'object',
    controllable: 'boolean',
  },
  unavailable: { message: 'string' },
  progress: { summary: 'object', series: 'array' },
  findings: { findings: 'array' },
  console: { chunks: 'array' },
  stopped: { stop: 'object' },
  continued: {},
  ended: { summary: 'object' },
  reply: { id: 'number', reply: 'object' },
  failed: { id: 'number', message: 'string' },
};

/** The message, or null for what is none of ours (the editor's own messages, extensions of the browser). */
export function checkToPanel(data: unknown): ToPanel | null {
  if (!isRecord(data) || typeof data['type'] !== 'string' || !Object.hasOwn(SHAPES, data['type']))
    return null;
  const shape = SHAPES[data['type'] as ToPanel['type']];
  const fits = Object.entries(shape).every(([field, kind]) => kindOf(data[field]) === kind);
  return fits ? (data as unknown as ToPanel) : null;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
