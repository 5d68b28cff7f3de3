/** What is on the other side of the page: VS Code, or in a plain browser the server of `npm run panel`. */
import type { FromPanel } from '../src/protocol/panel.js';
import { decodePanelJson, encodePanelJson } from '../src/protocol/panelJson.js';

export interface Host {
  post(message: FromPanel): void;
  /** What VS Code gives back to the host when it restores the page after a window reload. */
  keep(state: unknown): void;
}

/** Connects once; `receive` gets whatever arrives, unchecked, and `lost` hears when the other side is gone or back. */
export function acquireHost(receive: (message: unknown) => void, lost: (gone: boolean) => void): Host {
  return typeof acquireVsCodeApi === 'function' ? editorHost(receive) : browserHost(receive, lost);
}

function editorHost(receive: (message: unknown) => void): Host {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => receive(event.data));
  return { post: (message) => api.postMessage(message), keep: (state) => api.setState(state) };
}

function browserHost(receive: (message: unknown) => void, lost: (gone: boolean) => void): Host {
  const page = crypto.randomUUID();
  const events = new EventSource(`events?page=${page}`);
  const opened = new Promise<void>((resolve) => {
    events.addEventListener('open', () => resolve(), { once: true });
  });
  let gone = false;
  events.addEventListener('message', (event: MessageEvent<string>) => receive(decodePanelJson(event.data)));
  events.addEventListener('error', () => lost((gone = true)));
  events.addEventListener('open', () => {
    if (gone) lost((gone = false));
  });
  const post = async (message: FromPanel) => {
    await opened;
    const body = encodePanelJson(message);
    await fetch(`messages?page=${page}`, { method: 'POST', body }).catch(() => lost((gone = true)));
  };
  return { post: (message) => void post(message), keep: () => undefined };
}
