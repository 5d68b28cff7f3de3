/** Numbers as people read them: four significant digits, powers of ten only where the number would be long. */
export function readable(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e6 || magnitude < 1e-4))
    return value.toExponential(2).replace('e+', 'e');
  return magnitude >= 1e4 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
}
