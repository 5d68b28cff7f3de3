/** What tests of a held training share: a client that listens, and waits for stops. */
import type { Advance, RunClient, Stop } from '../../../src/protocol/runApi.js';
import { until } from '../support/workplace.js';

export class Watcher {
  readonly stops: Stop[] = [];
  continued = 0;

  constructor(readonly client: RunClient) {
    client.on('stopped', (stop) => this.stops.push(stop));
    client.on('continued', () => this.continued++);
  }

  /** The stop with this number, told for as many ranks. */
  stop(id: number, ranks = 1, seconds = 20): Promise<Stop> {
    return until(
      `stop ${id}`,
      () => this.stops.findLast((stop) => stop.id === id && stop.ranks.length >= ranks),
      seconds,
    );
  }

  /** Where the first rank is held. */
  async place(id: number): Promise<Stop['ranks'][number]['place']> {
    const [first] = (await this.stop(id)).ranks;
    if (!first) throw new Error(`Nobody is held at stop ${id}.`);
    return first.place;
  }

  advance(how: Advance): Promise<null> {
    return this.client.request('advance', { how });
  }
}
