/** Colours for magnitudes: cividis, which colour-blind eyes read as others do. Pure. */

/** Ten stops of cividis (Nuñez, Anderton, Renslow 2018), dark to bright. */
const STOPS: readonly [number, number, number][] = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 121],
  [166, 157, 117],
  [195, 181, 105],
  [225, 207, 84],
  [254, 232, 56],
];

export interface Scale {
  min: number;
  max: number;
}

/** Smallest and largest positive finite value; null when there is none. */
export function logScaleOf(values: Iterable<number>): Scale | null {
  let [min, max] = [Infinity, 0];
  for (const value of values) {
    if (!(value > 0) || !Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return max === 0 ? null : { min, max };
}

/** Colour of a positive value between the ends of the scale, by its logarithm. */
export function rampColor(value: number, { min, max }: Scale): [number, number, number] {
  const share = max > min ? Math.log(value / min) / Math.log(max / min) : 0.5;
  const position = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const index = Math.min(STOPS.length - 2, Math.floor(position));
  const [low, high] = [STOPS[index], STOPS[index + 1]];
  if (!low || !high) return [0, 0, 0];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + (high[channel] - low[channel]) * (position - index));
  return [mix(0), mix(1), mix(2)];
}
