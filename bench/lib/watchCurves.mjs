/* global CanvasRenderingContext2D, Path2D, requestAnimationFrame */
/** Runs in the page before its own scripts: notes when a curve of more than a hundred corners is on the screen. */
export function watchCurves() {
  globalThis.curves = [];
  const corners = new WeakMap();
  const count = (prototype) => {
    const { lineTo } = prototype;
    prototype.lineTo = function (x, y) {
      corners.set(this, (corners.get(this) ?? 0) + 1);
      lineTo.call(this, x, y);
    };
  };
  count(CanvasRenderingContext2D.prototype);
  count(Path2D.prototype);
  const { stroke, beginPath } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.beginPath = function () {
    corners.delete(this);
    beginPath.call(this);
  };
  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    stroke.apply(this, path);
    const drawn = corners.get(path[0] ?? this) ?? 0;
    // A frame later it can be seen.
    if (drawn > 100) requestAnimationFrame(() => globalThis.curves.push(performance.now()));
  };
}
