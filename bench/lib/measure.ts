import { median } from './table.mjs';

/** Times of several ways to do a thing, taken in turn so that a busy machine disturbs all alike. */
export interface Way {
  name: string;
  /** Milliseconds that the work took; preparation is left out. */
  run(): number | Promise<number>;
}

/** The median of each way over so many rounds, after one round that does not count. */
export async function interleaved(ways: readonly Way[], rounds: number): Promise<number[]> {
  const times = ways.map((): number[] => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, way] of ways.entries()) {
      const time = await way.run();
      if (round > 0) times[i]?.push(time);
    }
  }
  return times.map(median);
}

export function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
