/** Findings on a chart: buttons at their step, so that a keyboard reaches them too. */
import type { Finding } from '../../src/protocol/runApi.js';
import { element } from '../dom.js';
import { icon } from '../icons.js';
import { t, translate } from '../l10n.js';

export interface MarkActions {
  openFinding(finding: Finding): void;
}

export class Marks {
  readonly element = element('div', { class: 'marks' });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly actions: MarkActions) {}

  /** `pixelOf` is null for a step that is not shown. */
  update(findings: readonly Finding[], pixelOf: (step: number) => number | null): void {
    const kept = new Set(findings.map((finding) => finding.id));
    for (const [id, mark] of this.buttons) if (!kept.has(id)) this.remove(id, mark);
    for (const finding of findings) {
      const mark = this.buttons.get(finding.id) ?? this.add(finding);
      const pixel = pixelOf(finding.step);
      mark.hidden = pixel === null;
      mark.style.left = `${pixel ?? 0}px`;
    }
  }

  private add(finding: Finding): HTMLButtonElement {
    const label = t('Step {0}: {1}', finding.step, translate(finding.message));
    const mark = element(
      'button',
      {
        class: `mark ${finding.severity}`,
        attributes: { type: 'button', title: label, 'aria-label': label },
        on: { click: () => this.actions.openFinding(finding) },
      },
      icon(finding.severity),
    );
    this.buttons.set(finding.id, mark);
    this.element.append(mark);
    return mark;
  }

  private remove(id: string, mark: HTMLButtonElement): void {
    this.buttons.delete(id);
    mark.remove();
  }
}
