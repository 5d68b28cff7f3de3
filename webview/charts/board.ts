/** The grid of charts: as many as the run has series for, in the order of the catalogue. */
import type { Context } from '../context.js';
import { element } from '../dom.js';
import { onThemeChange } from '../theme.js';
import { chartSpecs } from './catalog.js';
import { ChartCard } from './chartCard.js';
import { chartControls } from './controls.js';
import { t } from '../l10n.js';

/** Charts this near to the view are made ready. */
const MARGIN = '200px';

export class Board {
  readonly element: HTMLElement;
  private readonly grid = element('div', { class: 'grid' });
  private readonly cards = new Map<string, { card: ChartCard; key: string }>();
  private readonly observer = new IntersectionObserver((entries) => this.intersected(entries), {
    rootMargin: MARGIN,
  });

  constructor(private readonly context: Context) {
    const heading = element('h2', { class: 'hidden-visually', text: t('Charts') });
    this.element = element('section', { class: 'board' }, heading, chartControls(context), this.grid);
    context.store.on(['run', 'series', 'view'], () => context.scheduler.later(this.arrange));
    onThemeChange(() => this.cards.forEach(({ card }) => context.scheduler.later(card.redraw)));
    this.arrange();
  }

  /** Makes what is missing, removes what is no more and keeps what is there, in order. */
  private readonly arrange = (): void => {
    const { snapshot, view } = this.context.store;
    if (!snapshot) return;
    const specs = chartSpecs(snapshot.series, snapshot.losses, view.rank);
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, { card }] of this.cards) if (!wanted.has(id)) this.remove(id, card);
    specs.forEach((spec, index) => {
      const key = JSON.stringify(spec);
      const held = this.cards.get(spec.id);
      const card = held?.card ?? this.add(new ChartCard(this.context, spec));
      if (held && held.key !== key) card.setSpec(spec);
      this.cards.set(spec.id, { card, key });
      if (this.grid.children[index] !== card.element)
        this.grid.insertBefore(card.element, this.grid.children[index] ?? null);
    });
  };

  private add(card: ChartCard): ChartCard {
    this.observer.observe(card.element);
    return card;
  }

  private remove(id: string, card: ChartCard): void {
    this.observer.unobserve(card.element);
    card.setVisible(false);
    card.element.remove();
    this.cards.delete(id);
  }

  private intersected(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      for (const { card } of this.cards.values())
        if (card.element === target) card.setVisible(isIntersecting);
    }
  }
}
