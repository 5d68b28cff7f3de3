// Doing several things at once, but not too many.

/**
 * Does `work` for each item, at most `most` at a time, in the order of the items.
 * @template T, R
 * @param {T[]} items
 * @param {number} most
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} the results in the order of the items
 */
export async function sideBySide(items, most, work) {
  const results = new Array(items.length);
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
  return results;
}
