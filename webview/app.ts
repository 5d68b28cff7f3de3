/** The page: builds the views once the first snapshot is there. */
import { Board } from './charts/board.js';
import { Heatmap } from './charts/heatmap.js';
import type { Context } from './context.js';
import { element } from './dom.js';
import { bannerView } from './views/banner.js';
import { changesView } from './views/changes.js';
import { checksView } from './views/checks.js';
import { consoleView } from './views/console.js';
import { findingsView } from './views/findings.js';
import { headerView } from './views/header.js';
import { noticesView } from './views/notices.js';
import { placesView } from './views/places.js';
import { stopView } from './views/stop.js';
import { tilesView } from './views/tiles.js';

export function buildPage(context: Context): HTMLElement {
  return element(
    'main',
    {},
    headerView(context),
    bannerView(context),
    stopView(context),
    tilesView(context),
    findingsView(context),
    changesView(context),
    new Board(context).element,
    new Heatmap(context).element,
    checksView(context),
    element(
      'div',
      { class: 'grid' },
      consoleView(context),
      element('div', { class: 'column' }, placesView(context), noticesView(context)),
    ),
  );
}
