/** What views share. */
import type { PanelRequest } from '../src/protocol/panel.js';
import type { SourceLine } from '../src/protocol/values.js';
import type { Cursor } from './charts/cursor.js';
import type { FrameFeed } from './frameFeed.js';
import type { Requests } from './requests.js';
import type { Scheduler } from './scheduler.js';
import type { Store } from './store.js';
import type { Theme } from './theme.js';

export interface Context {
  store: Store;
  requests: Requests;
  feed: FrameFeed;
  scheduler: Scheduler;
  cursor: Cursor;
  theme(): Theme;
}

/** Asks the host to do something; a failure is shown above the charts. */
export function perform({ requests, store }: Context, request: PanelRequest): void {
  requests.ask(request).then(
    () => store.setFailure(null),
    (error: unknown) => store.setFailure(error instanceof Error ? error.message : String(error)),
  );
}

export function openSource(context: Context, { file, line }: SourceLine): void {
  perform(context, { kind: 'openSource', file, line });
}

/** `train.py:12`, with the folder left out. */
export function shortPlace({ file, line }: SourceLine): string {
  return `${file.split(/[\\/]/).pop() ?? file}:${line}`;
}
