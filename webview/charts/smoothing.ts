/**
 * Exponential moving average with the bias of its start taken out, as TensorBoard draws it. Values that are not
 * finite stay where they are and do not spoil what comes after.
 */
export function smooth(values: ArrayLike<number>, weight: number): Float32Array {
  const result = Float32Array.from(values);
  if (weight <= 0) return result;
  let [average, bias] = [0, 1];
  for (let index = 0; index < result.length; index++) {
    const value = result[index] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    average = average * weight + value * (1 - weight);
    bias *= weight;
    result[index] = average / (1 - bias);
  }
  return result;
}
