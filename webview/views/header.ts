/** Which run this is, how it is, and the buttons that act on it. */
import type { ControlAction } from '../../src/protocol/panel.js';
import { LIVE_STATUSES, type RunStatus, type RunSummary } from '../../src/protocol/runApi.js';
import { perform, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { icon, type IconName } from '../icons.js';
import { t, translate } from '../l10n.js';
import { button, dropdown, select, setChoices, setDisabled } from '../toolkit.js';

type Action = Exclude<ControlAction, 'over' | 'back' | 'skip'>;

export function statusLook(status: RunStatus): { icon: IconName; word: string } {
  switch (status) {
    case 'starting':
      return { icon: 'clock', word: t('Starting') };
    case 'running':
      return { icon: 'play', word: t('Running') };
    case 'paused':
      return { icon: 'pause', word: t('Paused') };
    case 'stopping':
      return { icon: 'clock', word: t('Stopping') };
    case 'completed':
      return { icon: 'check', word: t('Completed') };
    case 'failed':
      return { icon: 'error', word: t('Failed') };
    case 'stopped':
      return { icon: 'stop', word: t('Stopped') };
    case 'lost':
      return { icon: 'lost', word: t('Lost') };
    case 'damaged':
      return { icon: 'warning', word: t('Damaged') };
  }
}

/** Which buttons make sense in a state; where a stop is explained, the way on is there. */
export function availableActions(status: RunStatus, explained = false): readonly Action[] {
  if (status === 'running') return ['pause', 'stop'];
  if (status === 'paused') return explained ? ['stop'] : ['resume', 'stop'];
  if (status === 'starting' || status === 'stopping') return ['stop'];
  return ['rerun'];
}

export function headerView(context: Context): HTMLElement {
  const { store } = context;
  const name = element('h1');
  const status = element('span', { class: 'status', attributes: { role: 'status' } });
  const runtime = element('p', { class: 'runtime' });
  let shown = '';
  const update = () => {
    const summary = store.snapshot?.summary;
    if (!summary) return;
    setText(name, summary.name);
    if (shown !== summary.status) {
      shown = summary.status;
      const look = statusLook(summary.status);
      status.className = `status ${summary.status}`;
      status.replaceChildren(icon(look.icon), look.word);
    }
    setText(runtime, describeRuntime(summary));
    runtime.title = runtime.textContent;
  };
  store.on(['run'], update);
  update();
  const title = element('div', { class: 'title' }, element('div', { class: 'name' }, name, status), runtime);
  return element('header', { class: 'header' }, title, rankSelector(context), actionButtons(context));
}

export function describeRuntime({ runtime, ranks }: RunSummary): string {
  if (!runtime) return t('Runtime not known yet');
  const framework = runtime.framework === 'pytorch' ? 'PyTorch' : 'TensorFlow.js';
  const where =
    runtime.device && runtime.device !== runtime.backend
      ? `${runtime.backend} · ${runtime.device}`
      : runtime.backend;
  const parts = [`${framework} ${runtime.version}`, where];
  if (ranks > 1) parts.push(t('{0} ranks', ranks));
  return parts.join(' · ') + (runtime.reason ? ` — ${translate(runtime.reason)}` : '');
}

function rankSelector({ store }: Context): HTMLElement {
  const control = dropdown(t('Rank'), [], (value) => store.setView({ rank: Number(value) }));
  const field = element('label', { class: 'field' }, element('span', { text: t('Rank') }), control);
  let count = 0;
  const update = () => {
    const ranks = store.snapshot?.summary.ranks ?? 1;
    setHidden(field, ranks <= 1);
    if (ranks !== count)
      setChoices(
        control,
        Array.from({ length: ranks }, (_none, rank) => ({ value: String(rank), label: String(rank) })),
      );
    count = ranks;
    select(control, String(store.view.rank));
  };
  store.on(['run', 'view'], update);
  update();
  return field;
}

function actionButtons(context: Context): HTMLElement {
  const { store } = context;
  const act = (action: Action) => () => perform(context, { kind: 'control', action });
  const buttons: Record<Action, HTMLElement> = {
    pause: button({ label: t('Pause'), icon: 'pause', appearance: 'secondary', onClick: act('pause') }),
    resume: button({ label: t('Resume'), icon: 'play', appearance: 'primary', onClick: act('resume') }),
    stop: button({ label: t('Stop'), icon: 'stop', appearance: 'secondary', onClick: act('stop') }),
    rerun: button({ label: t('Run Again'), icon: 'rerun', appearance: 'primary', onClick: act('rerun') }),
  };
  const group = element('div', {
    class: 'actions',
    attributes: { role: 'group', 'aria-label': t('Training') },
  });
  group.append(...Object.values(buttons));
  const update = () => {
    const status = store.snapshot?.summary.status ?? 'starting';
    const available = availableActions(status, store.snapshot?.stop !== null);
    setHidden(group, !store.controllable);
    for (const [action, control] of Object.entries(buttons))
      setHidden(control, !available.includes(action as Action));
    setDisabled(buttons.stop, !LIVE_STATUSES.includes(status));
  };
  store.on(['run'], update);
  update();
  return group;
}
