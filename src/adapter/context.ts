/** What the parts of a session share: the run it is a client of, its own client, and the words between them. */
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { InspectCall, InspectMethod, InspectRequests } from '../protocol/inspection.js';
import type { RunClient, RunSummary } from '../protocol/runApi.js';
import type { SourceLine, Text } from '../protocol/values.js';
import { readFeatures, type ClientFeatures } from './clientFeatures.js';
import { AdapterError } from './errors.js';

export type Translate = (value: Text) => string;
export type Output = DebugProtocol.OutputEvent['body'];

export class Context {
  features: ClientFeatures = readFeatures({ adapterID: '' });
  /** As in launch.json. */
  configuration: Record<string, unknown> = {};
  run: RunClient | undefined;
  summary: RunSummary | undefined;

  constructor(
    readonly translate: Translate,
    readonly event: (event: string, body?: unknown) => void,
  ) {}

  running(): RunClient {
    if (this.run === undefined) throw AdapterError.notStarted();
    return this.run;
  }

  async inspect<M extends InspectMethod>(
    rank: number,
    method: M,
    params: InspectRequests[M]['params'],
  ): Promise<InspectRequests[M]['result']> {
    const call = { method, params } as InspectCall;
    return (await this.running().request('inspect', { rank, call })) as InspectRequests[M]['result'];
  }

  print(output: Output): void {
    this.event('output', output);
  }

  /** What the client shows of these areas is no longer so. */
  invalidated(areas: DebugProtocol.InvalidatedAreas[]): void {
    if (this.features.invalidated) this.event('invalidated', { areas });
  }

  /** A place as clients have it, whose first line may be 0. */
  place(source: SourceLine | null | undefined): {
    source?: DebugProtocol.Source;
    line: number;
    column: number;
  } {
    if (source === null || source === undefined) return { line: 0, column: 0 };
    return {
      source: { name: basename(source.file), path: source.file },
      line: source.line - 1 + this.features.firstLine,
      column: this.features.firstColumn,
    };
  }
}
