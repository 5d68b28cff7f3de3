import { add, integers, setKernel, view, zeros, type Call, type TensorInfo } from './kernel.js';

type SegmentCall = Call<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>;

/** Sums the rows of x with the same segment: the gradient of `gather`, so of an embedding. */
function unsortedSegmentSum({ inputs, attrs, backend }: SegmentCall): TensorInfo {
  const { x, segmentIds } = inputs;
  const out = zeros(backend, [attrs.numSegments, ...x.shape.slice(segmentIds.shape.length)]);
  const [from, to, ids] = [view(backend, x), view(backend, out), integers(backend, segmentIds)];
  const width = ids.length === 0 ? 0 : from.length / ids.length;
  ids.forEach((id, row) => {
    if (id < 0 || id >= attrs.numSegments) return;
    for (let i = 0; i < width; i++) add(to, id * width + i, from[row * width + i] as number);
  });
  return out;
}

export function registerSegmentSum(): void {
  setKernel('UnsortedSegmentSum', unsortedSegmentSum);
}
