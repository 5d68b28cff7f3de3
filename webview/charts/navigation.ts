/** Pointer, wheel and keyboard on a plot: all charts zoom and pan together. */
import type { Cursor } from './cursor.js';
import { pan, selection, zoom, type Range } from './range.js';

export interface Plot {
  element: HTMLElement;
  /** Position at a pixel from the left edge of the element. */
  valueAt(pixel: number): number;
  plotWidth(): number;
  /** What is shown now, and the most that can be. */
  shown(): Range;
  whole(): Range;
  setRange(range: Range | null): void;
  /** Shows what is being swept; null when done. */
  showSweep(sweep: Range | null): void;
  /** The position of the next measured point in a direction. */
  neighbour(position: number | null, direction: -1 | 1): number;
}

const WHEEL_ZOOM = 1.2;
const KEY_ZOOM = 0.7;
const KEY_PAN = 0.2;
/** Fewer pixels are a click. */
const SWEEP_PIXELS = 5;

export function makeNavigable(plot: Plot, cursor: Cursor): void {
  plot.element.addEventListener('wheel', (event) => onWheel(plot, event), { passive: false });
  plot.element.addEventListener('dblclick', () => plot.setRange(null));
  plot.element.addEventListener('pointermove', (event) => cursor.move(plot.valueAt(pixelOf(plot, event))));
  plot.element.addEventListener('pointerleave', () => cursor.move(null));
  plot.element.addEventListener('blur', () => cursor.move(null));
  plot.element.addEventListener('keydown', (event) => onKey(plot, cursor, event));
  plot.element.addEventListener('pointerdown', (event) => onPointerDown(plot, event));
}

/** Ctrl + wheel and pinching zoom, sideways and Shift + wheel pan; a plain wheel scrolls the page as everywhere. */
function onWheel(plot: Plot, event: WheelEvent): void {
  const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const factor = WHEEL_ZOOM ** Math.sign(event.deltaY);
    plot.setRange(zoom(plot.shown(), plot.valueAt(pixelOf(plot, event)), factor, plot.whole()));
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    plot.setRange(pan(plot.shown(), sideways / Math.max(1, plot.plotWidth()), plot.whole()));
  }
}

function onPointerDown(plot: Plot, event: PointerEvent): void {
  if (event.button !== 0 || !(event.target instanceof HTMLElement) || event.target.closest('button')) return;
  const start = pixelOf(plot, event);
  const before = plot.shown();
  const panning = event.shiftKey;
  plot.element.setPointerCapture(event.pointerId);
  const move = (moved: PointerEvent) => {
    const pixel = pixelOf(plot, moved);
    if (panning) plot.setRange(pan(before, (start - pixel) / Math.max(1, plot.plotWidth()), plot.whole()));
    else plot.showSweep({ from: plot.valueAt(start), to: plot.valueAt(pixel) });
  };
  const up = (released: PointerEvent) => {
    plot.element.removeEventListener('pointermove', move);
    plot.showSweep(null);
    const end = pixelOf(plot, released);
    if (panning || Math.abs(end - start) < SWEEP_PIXELS || released.type === 'pointercancel') return;
    plot.setRange(selection(plot.valueAt(start), plot.valueAt(end), plot.whole()) ?? before);
  };
  plot.element.addEventListener('pointermove', move);
  plot.element.addEventListener('pointerup', up, { once: true });
  plot.element.addEventListener('pointercancel', up, { once: true });
}

function onKey(plot: Plot, cursor: Cursor, event: KeyboardEvent): void {
  if (event.target !== plot.element || event.ctrlKey || event.metaKey || event.altKey) return;
  const [shown, whole] = [plot.shown(), plot.whole()];
  const middle = cursor.position ?? (shown.from + shown.to) / 2;
  const move = (direction: -1 | 1) =>
    event.shiftKey
      ? plot.setRange(pan(shown, direction * KEY_PAN, whole))
      : cursor.move(plot.neighbour(cursor.position, direction));
  const actions: Record<string, () => void> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    '+': () => plot.setRange(zoom(shown, middle, KEY_ZOOM, whole)),
    '=': () => plot.setRange(zoom(shown, middle, KEY_ZOOM, whole)),
    '-': () => plot.setRange(zoom(shown, middle, 1 / KEY_ZOOM, whole)),
    '0': () => plot.setRange(null),
    Escape: () => cursor.move(null),
  };
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function pixelOf(plot: Plot, event: MouseEvent): number {
  return event.clientX - plot.element.getBoundingClientRect().left;
}
