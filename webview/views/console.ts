/** The end of what the script printed. It follows, unless a person scrolled up to read. */
import { perform, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { formatBytes } from '../format.js';
import { t } from '../l10n.js';
import { linkButton } from './findings.js';

/** Pixels from the end that still count as the end. */
const SLACK = 24;

export function consoleView(context: Context): HTMLElement {
  const { store, scheduler } = context;
  const output = element('div', {
    class: 'output',
    attributes: { tabindex: '0', role: 'log', 'aria-label': t('Console') },
  });
  const dropped = element('p', { class: 'note' });
  const empty = element('p', { class: 'empty', text: t('The script has printed nothing yet.') });
  const rows = new Map<number, HTMLElement>();
  const update = () => {
    const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < SLACK;
    renderLines(context, output, rows);
    setHidden(empty, store.console.lines.length > 0);
    setHidden(dropped, store.console.dropped === 0);
    setText(
      dropped,
      t(
        '{0} left out here because the script prints faster than can be shown; the log has it all.',
        formatBytes(store.console.dropped),
      ),
    );
    if (atEnd) output.scrollTop = output.scrollHeight;
  };
  store.on(['console'], () => scheduler.later(update));
  scheduler.later(update);
  const log = linkButton(t('Open log'), () => perform(context, { kind: 'openConsole' }));
  const heading = element('div', { class: 'heading' }, element('h2', { text: t('Console') }), log);
  return element('section', { class: 'card block console' }, heading, dropped, empty, output);
}

/** Writes new and changed lines, and removes those that fell out at the top. */
function renderLines({ store }: Context, output: HTMLElement, rows: Map<number, HTMLElement>): void {
  const from = store.console.takeChanged();
  const first = store.console.lines[0]?.id ?? 0;
  for (const [id, row] of rows) {
    if (id >= first) break;
    row.remove();
    rows.delete(id);
  }
  for (const line of store.console.lines.slice(Math.max(0, from - first))) {
    const row = rows.get(line.id) ?? element('div', { class: line.stream });
    setText(row, line.text);
    if (!row.isConnected) output.append(row);
    rows.set(line.id, row);
  }
}
