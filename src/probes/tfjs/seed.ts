let state: number | undefined;

/** Where the sequence stands; undefined where it is not ours. */
export function randomState(): number | undefined {
  return state;
}

export function setRandomState(to: number | undefined): void {
  if (state !== undefined && to !== undefined) state = to;
}

/**
 * A seeded `Math.random` (mulberry32, Tommy Ettinger): TensorFlow.js takes the seeds of initialisers, of shuffling
 * and of dropout from it.
 */
export function seedMathRandom(seed: number): void {
  state = seed >>> 0;
  Math.random = () => {
    state = ((state ?? 0) + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
