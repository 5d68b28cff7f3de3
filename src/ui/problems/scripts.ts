import { stat } from 'node:fs/promises';
import type { Engine } from '../engine.js';
import type { Run } from '../runs/run.js';

/** Which script a run is of: what was launched, or the name where that is not recorded. */
export class Scripts {
  private readonly known = new Map<string, string>();

  constructor(private readonly engine: Engine) {}

  async of(run: Run): Promise<string> {
    const known = this.known.get(run.directory);
    if (known !== undefined) return known;
    const recorded = await this.read(run);
    if (recorded !== undefined) this.known.set(run.directory, recorded);
    return recorded ?? run.summary.name;
  }

  /** The newest run of each script, with the script. */
  async newest(runs: readonly Run[]): Promise<Map<string, Run>> {
    const newest = new Map<string, Run>();
    for (const run of runs) {
      const script = await this.of(run);
      const other = newest.get(script);
      if (other === undefined || other.summary.startedAt < run.summary.startedAt) newest.set(script, run);
    }
    return newest;
  }

  private async read(run: Run): Promise<string | undefined> {
    try {
      const config = await this.engine.config(run.directory);
      return config?.program ?? config?.module;
    } catch {
      return undefined;
    }
  }
}

/** True when the file is as it was when the run ended: what the run found there still holds. */
export async function isUnchangedSince(file: string, seconds: number): Promise<boolean> {
  try {
    return (await stat(file)).mtimeMs <= seconds * 1000;
  } catch {
    return false;
  }
}
