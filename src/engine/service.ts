import type { RunMethod, RunNotification, RunNotifications, RunRequests } from '../protocol/runApi.js';

export type Subscriber = <N extends RunNotification>(notification: N, params: RunNotifications[N]) => void;

/** One connection of the run API, for as long as it lasts. */
export type Client = object;

/** What a live run offers, before any socket: `attach` belongs to the connection. */
export interface RunService {
  /** @param by the client that asks, where that makes a difference */
  request<M extends Exclude<RunMethod, 'attach'>>(
    method: M,
    params: RunRequests[M]['params'],
    by?: Client,
  ): Promise<RunRequests[M]['result']>;
  subscribe(subscriber: Subscriber): { dispose(): void };
}
