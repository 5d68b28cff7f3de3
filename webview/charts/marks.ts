/** Findings and changes made by hand on a chart: buttons at their step, so that a keyboard reaches them too. */
import type { Change } from '../../src/protocol/changes.js';
import type { Finding } from '../../src/protocol/runApi.js';
import { element } from '../dom.js';
import { icon, type IconName } from '../icons.js';
import { t, translate } from '../l10n.js';
import { byStep, markWords } from '../views/changes.js';

export interface MarkActions {
  openFinding(finding: Finding): void;
  openChanges(): void;
}

interface Mark {
  id: string;
  step: number;
  look: string;
  icon: IconName;
  label: string;
  open: () => void;
}

export class Marks {
  readonly element = element('div', { class: 'marks' });
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(private readonly actions: MarkActions) {}

  /** `pixelOf` is null for a step that is not shown. */
  update(
    findings: readonly Finding[],
    changes: readonly Change[],
    pixelOf: (step: number) => number | null,
  ): void {
    const marks = [...findings.map((finding) => this.ofFinding(finding)), ...this.ofChanges(changes)];
    const kept = new Set(marks.map(({ id }) => id));
    for (const [id, button] of this.buttons) if (!kept.has(id)) this.remove(id, button);
    for (const mark of marks) {
      const button = this.buttons.get(mark.id) ?? this.add(mark);
      const pixel = pixelOf(mark.step);
      button.hidden = pixel === null;
      button.style.left = `${pixel ?? 0}px`;
    }
  }

  private ofFinding(finding: Finding): Mark {
    const { id, step, severity, message } = finding;
    const label = t('Step {0}: {1}', step, translate(message));
    const open = () => this.actions.openFinding(finding);
    return { id, step, look: severity, icon: severity, label, open };
  }

  /** One for all that was changed at a step; another one as soon as it says more. */
  private ofChanges(changes: readonly Change[]): Mark[] {
    return [...byStep(changes)].map(([step, made]) => {
      const label = markWords(step, made);
      const open = () => this.actions.openChanges();
      return { id: `change ${label}`, step, look: 'change', icon: 'pencil', label, open };
    });
  }

  private add({ id, look, icon: name, label, open }: Mark): HTMLButtonElement {
    const button = element(
      'button',
      {
        class: `mark ${look}`,
        attributes: { type: 'button', title: label, 'aria-label': label },
        on: { click: open },
      },
      icon(name),
    );
    this.buttons.set(id, button);
    this.element.append(button);
    return button;
  }

  private remove(id: string, button: HTMLButtonElement): void {
    this.buttons.delete(id);
    button.remove();
  }
}
