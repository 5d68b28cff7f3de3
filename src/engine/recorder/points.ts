/** Raw points of one series in order of arrival, in columns that grow. Pure. */
export interface Points {
  count: number;
  step: Float64Array;
  /** Seconds since the run's start. */
  time: Float64Array;
  value: Float64Array;
}

const SMALLEST = 64;

export function newPoints(capacity = SMALLEST): Points {
  return {
    count: 0,
    step: new Float64Array(capacity),
    time: new Float64Array(capacity),
    value: new Float64Array(capacity),
  };
}

export function pushPoint(points: Points, step: number, time: number, value: number): void {
  const at = points.count;
  if (at === points.step.length) grow(points);
  points.step[at] = step;
  points.time[at] = time;
  points.value[at] = value;
  points.count = at + 1;
}

export function appendPoints(target: Points, source: Points): void {
  const columns = pointColumns(source);
  const count = target.count + source.count;
  while (target.step.length < count) grow(target);
  pointColumns(target).forEach((column, i) =>
    column.set(columns[i]?.subarray(0, source.count) ?? [], target.count),
  );
  target.count = count;
}

/** Points `from` up to but not including `to`, sharing memory with the original. */
export function slicePoints(points: Points, from: number, to: number): Points {
  return {
    count: to - from,
    step: points.step.subarray(from, to),
    time: points.time.subarray(from, to),
    value: points.value.subarray(from, to),
  };
}

export function pointColumns(points: Points): Float64Array[] {
  return [points.step, points.time, points.value];
}

export function pointsFromColumns(count: number, columns: readonly Float64Array[]): Points {
  const [step, time, value] = columns;
  if (!step || !time || !value)
    throw new Error(`A block of points has ${columns.length} columns instead of 3.`);
  return { count, step, time, value };
}

function grow(points: Points): void {
  const capacity = Math.max(SMALLEST, points.step.length * 2);
  points.step = widened(points.step, capacity);
  points.time = widened(points.time, capacity);
  points.value = widened(points.value, capacity);
}

function widened(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(capacity);
  wider.set(column);
  return wider;
}
