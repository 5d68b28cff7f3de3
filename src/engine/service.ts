import type { RunMethod, RunNotification, RunNotifications, RunRequests } from '../protocol/runApi.js';

export type Subscriber = <N extends RunNotification>(notification: N, params: RunNotifications[N]) => void;

/** What a live run offers, before any socket: `attach` belongs to the connection. */
export interface RunService {
  request<M extends Exclude<RunMethod, 'attach'>>(
    method: M,
    params: RunRequests[M]['params'],
  ): Promise<RunRequests[M]['result']>;
  subscribe(subscriber: Subscriber): { dispose(): void };
}
