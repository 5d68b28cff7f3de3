/** What the ways to run a training cost beside each other. */
import { fixed, median, printTable } from './table.mjs';
import type { Cost } from './turns.js';

/** The median over rounds of a turn's cost against that of the first one's turn in the same round. */
function ratio(costs: Cost[][], way: number, key: keyof Cost): string {
  const alone = costs[0] ?? [];
  const ratios = (costs[way] ?? []).map((cost, round) => cost[key] / (alone[round]?.[key] ?? NaN));
  return fixed(median(ratios), 3);
}

function milliseconds(costs: Cost[], key: keyof Cost): string {
  return fixed(median(costs.map((cost) => cost[key])) * 1000, 2);
}

/** A row for each contestant: time of a step, and that against the first one's. */
export function printCosts(title: string, names: readonly string[], costs: Cost[][]): void {
  printTable(
    title,
    ['', 'CPU ms', 'ratio', 'wall ms', 'ratio'],
    names.map((name, i) => [
      name,
      milliseconds(costs[i] ?? [], 'cpu'),
      ratio(costs, i, 'cpu'),
      milliseconds(costs[i] ?? [], 'wall'),
      ratio(costs, i, 'wall'),
    ]),
  );
}
