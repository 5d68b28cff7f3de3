/** What every rank finds is one problem. Pure. */
import type { Finding } from '../../protocol/runApi.js';

/** One finding of each rule on each line: the lowest rank's. */
export function onePerLine(findings: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const place = JSON.stringify([finding.rule, finding.source?.file, finding.source?.line]);
    const known = byPlace.get(place);
    if (known === undefined || finding.rank < known.rank) byPlace.set(place, finding);
  }
  return [...byPlace.values()];
}
