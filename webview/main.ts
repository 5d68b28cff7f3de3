/** Entry of the page: connects to the host, and draws what it says. */
import type { FromPanel } from '../src/protocol/panel.js';
import './panel.css';
import { buildPage } from './app.js';
import { Cursor } from './charts/cursor.js';
import { checkToPanel } from './checkMessage.js';
import type { Context } from './context.js';
import { element } from './dom.js';
import { FrameFeed } from './frameFeed.js';
import { acquireHost } from './host.js';
import { t, useTranslations } from './l10n.js';
import { Requests } from './requests.js';
import { Scheduler } from './scheduler.js';
import { Store } from './store.js';
import { onThemeChange, readTheme } from './theme.js';
import { progressRing, registerToolkit } from './toolkit.js';

registerToolkit();

const host = acquireHost(receive, (gone) => {
  const message = t('The connection to the training is lost.');
  store.setFailure(gone ? message : null);
  if (gone) requests.rejectAll(message);
  else post({ type: 'ready' });
});
const post = (message: FromPanel) => host.post(message);
const requests = new Requests(post);
const store = new Store((view) => {
  post({ type: 'view', view });
  keepState();
});
const scheduler = new Scheduler();
let theme = readTheme();
onThemeChange(() => (theme = readTheme()));
const context: Context = {
  store,
  requests,
  scheduler,
  feed: new FrameFeed(requests, store, scheduler),
  cursor: new Cursor(),
  theme: () => theme,
};
let built = false;

window.addEventListener('error', (event) => post({ type: 'error', message: event.message }));
window.addEventListener('unhandledrejection', (event) =>
  post({ type: 'error', message: String(event.reason) }),
);
document.body.replaceChildren(element('div', { class: 'loading' }, progressRing('Training')));
post({ type: 'ready' });

function receive(data: unknown): void {
  const message = checkToPanel(data);
  if (!message) return;
  if (message.type === 'reply' || message.type === 'failed') {
    requests.settle(message);
    return;
  }
  if (message.type === 'snapshot') useTranslations(message.locale, message.translations);
  store.apply(message);
  if (built) return;
  if (message.type === 'unavailable') document.body.replaceChildren(unavailable(message.message));
  if (message.type !== 'snapshot') return;
  built = true;
  document.documentElement.lang = message.locale;
  document.body.replaceChildren(buildPage(context));
  keepState();
}

/** Instead of the page, where nothing is known of the run. */
function unavailable(message: string): HTMLElement {
  return element('div', { class: 'loading' }, element('p', { text: message, attributes: { role: 'alert' } }));
}

/** The editor gives this back to the host when it restores the page after a reload of the window. */
function keepState(): void {
  const directory = store.snapshot?.summary.directory;
  if (directory !== undefined) host.keep({ directory, view: store.view });
}
