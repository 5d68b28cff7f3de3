/** What went wrong with the run or with the page, above everything else. */
import { openSource, shortPlace, type Context } from '../context.js';
import { element, setHidden, setText } from '../dom.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';

export function bannerView(context: Context): HTMLElement {
  const { store } = context;
  const problem = element('span');
  const place = element('button', { class: 'link', attributes: { type: 'button' } });
  const run = element(
    'div',
    { class: 'banner error', attributes: { role: 'alert' } },
    icon('error'),
    problem,
    place,
  );
  const failure = element('span');
  const page = element(
    'div',
    { class: 'banner warning', attributes: { role: 'alert' } },
    icon('warning'),
    failure,
  );
  place.addEventListener('click', () => {
    const source = store.snapshot?.summary.problemSource;
    if (source) openSource(context, source);
  });
  const update = () => {
    const summary = store.snapshot?.summary;
    setText(
      problem,
      summary ? problemOf(summary.problem ? translate(summary.problem) : null, summary.status) : '',
    );
    setHidden(run, problem.textContent === '');
    setHidden(place, !summary?.problemSource);
    if (summary?.problemSource) setText(place, shortPlace(summary.problemSource));
    setText(failure, store.failure ?? '');
    setHidden(page, store.failure === null);
  };
  store.on(['run', 'failure'], update);
  update();
  return element('div', { class: 'banners' }, run, page);
}

function problemOf(problem: string | null, status: string): string {
  if (problem !== null) return problem;
  if (status === 'lost')
    return t('The engine ended before the training did. What it recorded until then is shown.');
  if (status === 'damaged') return t('This run cannot be read completely. What can be read is shown.');
  return '';
}
