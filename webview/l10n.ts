/** Texts in the language of the window. English templates are the keys; the host sends the translations. */
import { formatText, type Text } from '../src/protocol/values.js';

let language = 'en';
let table: Readonly<Record<string, string>> = {};

export function useTranslations(locale: string, translations: Readonly<Record<string, string>>): void {
  language = Intl.NumberFormat.supportedLocalesOf(locale).length > 0 ? locale : 'en';
  table = translations;
}

export function locale(): string {
  return language;
}

/** A sentence of the page's own: `t('Step {0} of {1}', step, total)`. */
export function t(template: string, ...args: (string | number)[]): string {
  return translate({ template, args });
}

/** A sentence that the engine or the probe made. */
export function translate(value: Text): string {
  return formatText(value, table[value.template] ?? value.template);
}
