const PARTS = 8;
const KEPT = 512;

/** Whether a noisy series rises all the time: points after a warm-up, thinned evenly once there are many. */
export class LinearTrend {
  private points: { x: number; y: number }[] = [];
  private every = 1;
  private count = 0;

  /** @param warmUp values of x below it are left out */
  constructor(private readonly warmUp: number) {}

  add(x: number, y: number): void {
    if (x < this.warmUp || this.count++ % this.every !== 0) return;
    this.points.push({ x, y });
    if (this.points.length < KEPT) return;
    this.points = this.points.filter((_, i) => i % 2 === 0);
    this.every *= 2;
  }

  get first(): number {
    return this.points[0]?.y ?? NaN;
  }

  get span(): number {
    return (this.points.at(-1)?.x ?? 0) - (this.points[0]?.x ?? 0);
  }

  /** Between the means of the first and the last eighth, per unit of x; 0 before there are two points an eighth. */
  get slope(): number {
    const parts = this.parts();
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last) return 0;
    return (last.y - first.y) / (last.x - first.x);
  }

  /** Each eighth is above the one before by a third of the mean rise or more: it has not come to rest. */
  get rising(): boolean {
    const parts = this.parts();
    const mean = ((parts.at(-1)?.y ?? NaN) - (parts[0]?.y ?? NaN)) / (PARTS - 1);
    return (
      mean > 0 && parts.every((part, i) => i === 0 || part.y - (parts[i - 1]?.y ?? Infinity) >= mean / 3)
    );
  }

  /**
   * The same rise between all points, to a tenth: what is counted rises so when every step leaves the same behind.
   * Undefined before there are `least` points.
   */
  evenSlope(least: number): number | undefined {
    const [first, last] = [this.points[0], this.points.at(-1)];
    if (!first || !last || this.points.length < least) return undefined;
    const slope = (last.y - first.y) / (last.x - first.x);
    const even = this.points.every(
      ({ x, y }) => Math.abs(y - first.y - slope * (x - first.x)) <= 0.1 * (last.y - first.y),
    );
    return even && slope > 0 ? slope : undefined;
  }

  private parts(): { x: number; y: number }[] {
    const size = Math.floor(this.points.length / PARTS);
    if (size < 2) return [];
    return Array.from({ length: PARTS }, (_, part) =>
      mean(this.points.slice(part * size, (part + 1) * size)),
    );
  }
}

function mean(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
