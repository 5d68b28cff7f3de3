import type { Completion } from '../../../protocol/inspection.js';
import type { Frames } from './frames.js';

/** Seconds that an object may take to be found. */
const TIMEOUT = 1;
const MOST = 300;
const KEYWORDS = ['await', 'const', 'delete', 'false', 'let', 'new', 'null', 'this', 'true', 'typeof', 'undefined', 'void'];

/** Completes the word that ends at the column: members after a dot, else what the frame can see. */
export function complete(
  frames: Frames,
  line: string,
  column: number,
  frame: number,
): { start: number; completions: Completion[] } {
  const before = line.slice(0, column);
  const word = /[\w$]*$/.exec(before)?.[0] ?? '';
  const start = before.length - word.length;
  const owner = /([\w$][\w$.[\]'"]*)\.$/.exec(before.slice(0, start))?.[1];
  const all = owner === undefined ? visible(frames, frame) : members(frames, frame, owner);
  const fitting = all.filter(({ label }) => label.startsWith(word));
  return { start, completions: fitting.slice(0, MOST) };
}

function visible(frames: Frames, frame: number): Completion[] {
  const locals = frames.locals(frame).map(([name, value]) => completion(name, value, 'variable'));
  const globals = Object.getOwnPropertyNames(globalThis).map((label): Completion => ({ label, kind: 'variable' }));
  return [...locals, ...globals, ...KEYWORDS.map((label): Completion => ({ label, kind: 'keyword' }))];
}

/** Found without changing anything, and without running a getter. */
function members(frames: Frames, frame: number, owner: string): Completion[] {
  const { kind, value } = frames.evaluate(frame, owner, -1, true, TIMEOUT);
  if (kind === 'thrown' || value === null || value === undefined) return [];
  const found = new Map<string, Completion>();
  for (let object: unknown = Object(value); object; object = Object.getPrototypeOf(object)) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (!/^[A-Za-z_$][\w$]*$/.test(name) || found.has(name)) continue;
      const own = Object.getOwnPropertyDescriptor(object, name);
      found.set(name, completion(name, own && 'value' in own ? own.value : undefined, 'property'));
    }
  }
  return [...found.values()];
}

function completion(label: string, value: unknown, otherwise: Completion['kind']): Completion {
  if (typeof value !== 'function') return { label, kind: otherwise };
  return { label, kind: /^class\b/.test(Function.prototype.toString.call(value)) ? 'class' : 'function' };
}
