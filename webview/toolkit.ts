/**
 * Every control that comes from @vscode/webview-ui-toolkit, behind functions of our own: its upstream is archived, and
 * replacing it must stay a matter of this one file.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { configure } from './dom.js';
import { icon, type IconName } from './icons.js';

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeBadge(),
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
  );
}

interface ButtonLook {
  label: string;
  icon?: IconName;
  /** `icon`: only the icon is seen; the label is for screen readers and as a tooltip. */
  appearance: 'primary' | 'secondary' | 'icon';
  onClick: () => void;
}

export function button(look: ButtonLook): HTMLElement {
  const made = document.createElement('vscode-button');
  configure(made, { attributes: { appearance: look.appearance }, on: { click: look.onClick } });
  const mark = look.icon ? icon(look.icon) : null;
  if (look.appearance === 'icon') {
    configure(made, { attributes: { 'aria-label': look.label, title: look.label } }, [mark]);
    return made;
  }
  mark?.setAttribute('slot', 'start');
  configure(made, {}, [mark, look.label]);
  return made;
}

export function setDisabled(control: HTMLElement, disabled: boolean): void {
  control.toggleAttribute('disabled', disabled);
}

/** What is used of the components, and what a replacement would have to have. */
export interface Dropdown extends HTMLElement {
  value: string;
}

export interface Checkbox extends HTMLElement {
  checked: boolean;
}

export interface Choice {
  value: string;
  label: string;
}

export function dropdown(label: string, choices: Choice[], onChange: (value: string) => void): Dropdown {
  const made = document.createElement('vscode-dropdown') as Dropdown;
  made.setAttribute('aria-label', label);
  setChoices(made, choices);
  made.addEventListener('change', () => onChange(made.value));
  return made;
}

export function setChoices(control: Dropdown, choices: Choice[]): void {
  const options = choices.map(({ value, label }) => {
    const option = document.createElement('vscode-option');
    option.setAttribute('value', value);
    option.textContent = label;
    return option;
  });
  control.replaceChildren(...options);
}

export function select(control: Dropdown, value: string): void {
  if (control.value !== value) control.value = value;
}

export function checkbox(label: string, onChange: (checked: boolean) => void): Checkbox {
  const made = document.createElement('vscode-checkbox') as Checkbox;
  made.textContent = label;
  made.addEventListener('change', () => onChange(made.checked));
  return made;
}

export function progressRing(label: string): HTMLElement {
  const made = document.createElement('vscode-progress-ring');
  made.setAttribute('aria-label', label);
  return made;
}

export function badge(): HTMLElement {
  return document.createElement('vscode-badge');
}
