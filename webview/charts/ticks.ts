/** Powers of ten, with twos and fives where there are few of them. Pure. */
export function logarithmicTicks(min: number, max: number): number[] {
  if (!(min > 0) || !(max > min)) return [];
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const decades = Math.log10(max / min);
  const factors = decades <= 2 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / 6));
  const powers = Array.from({ length: last - first + 1 }, (_none, index) => first + index);
  return powers
    .filter((power) => power % stride === 0)
    .flatMap((power) => factors.map((factor) => factor * 10 ** power))
    .filter((value) => value >= min * 0.999 && value <= max * 1.001);
}
