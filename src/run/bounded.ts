/** Lists and maps that stay small however long a run is. */

/**
 * A list that keeps every item until it is full, then every second of them, every fourth, and so on: what is left is
 * always spread evenly over all that was added.
 */
export class ThinnedList<T> {
  readonly items: T[] = [];
  private seen = 0;
  private stride = 1;

  constructor(private readonly limit: number) {}

  push(item: T): void {
    if (this.seen++ % this.stride !== 0) return;
    this.items.push(item);
    if (this.items.length <= this.limit) return;
    const kept = this.items.filter((_, i) => i % 2 === 0);
    this.items.splice(0, this.items.length, ...kept);
    this.stride *= 2;
  }
}

/** The first `limit` items that differ in their key; `supersedes` says when a later one takes the place of its like. */
export class UniqueList<T> {
  readonly items: T[] = [];
  private readonly indices = new Map<string, number>();

  constructor(
    private readonly limit: number,
    private readonly keyOf: (item: T) => string,
    private readonly supersedes: (item: T) => boolean = () => false,
  ) {}

  add(item: T): void {
    const key = this.keyOf(item);
    const index = this.indices.get(key);
    if (index !== undefined && this.supersedes(item)) this.items[index] = item;
    if (index !== undefined || this.items.length >= this.limit) return;
    this.indices.set(key, this.items.length);
    this.items.push(item);
  }
}
