/** What a debugger offers to hold for: every rule, and all of a severity, generated from the registry. */
import { RULES } from '../diagnosis/registry.js';
import type { Category, Rule } from '../diagnosis/rule.js';
import type { Finding } from '../protocol/runApi.js';
import { formatText, text, type Text } from '../protocol/values.js';

/** As the debug adapter protocol has it. */
export interface ExceptionFilter {
  /** Id of a rule, or of a group. */
  filter: string;
  label: string;
  description: string;
  default: false;
  supportsCondition: true;
  conditionDescription: string;
}

export type Translate = (words: Text) => string;

interface Group {
  label: Text;
  description: Text;
  includes: readonly Finding['severity'][];
}

const GROUPS: Readonly<Record<string, Group>> = {
  'any-error': {
    label: text('Any error'),
    description: text('Pause as soon as anything is found that is an error.'),
    includes: ['error'],
  },
  'any-warning': {
    label: text('Any warning or error'),
    description: text('Pause as soon as anything is found that is a warning or an error.'),
    includes: ['warning', 'error'],
  },
};

const CATEGORIES: Readonly<Record<Category, Text>> = {
  loss: text('Loss'),
  gradients: text('Gradients'),
  weights: text('Weights'),
  optimisation: text('Optimisation'),
  generalisation: text('Generalisation'),
  data: text('Data'),
  resources: text('Resources'),
};

/** Groups first, then rules by category, in the order of the registry. */
export function exceptionFilters(
  translate: Translate = formatText,
  rules: readonly Rule<unknown>[] = RULES,
): ExceptionFilter[] {
  const conditionDescription = translate(
    text('A condition over measures, for example {0}', 'gradNorm > 100 && step > 50'),
  );
  const common = { default: false, supportsCondition: true, conditionDescription } as const;
  const groups = Object.entries(GROUPS).map(([filter, { label, description }]) => ({
    ...{ filter, label: translate(label), description: translate(description) },
    ...common,
  }));
  const categories = Object.keys(CATEGORIES) as Category[];
  const ordered = categories.flatMap((category) => rules.filter((rule) => rule.category === category));
  const single = ordered.map(({ id, category, title, docs }) => ({
    filter: id,
    label: `${translate(CATEGORIES[category])}: ${translate(title)}`,
    description: translate({ template: firstSentence(docs.what), args: [] }),
    ...common,
  }));
  return [...groups, ...single];
}

export function isFilter(filter: string, rules: readonly Rule<unknown>[] = RULES): boolean {
  return Object.hasOwn(GROUPS, filter) || rules.some(({ id }) => id === filter);
}

/** Whether a filter stands for a finding. */
export function includes(filter: string, { rule, severity }: Finding): boolean {
  if (filter === rule) return true;
  return Object.hasOwn(GROUPS, filter) && (GROUPS[filter]?.includes.includes(severity) ?? false);
}

/** What stands in code ends no sentence. */
function firstSentence(markdown: string): string {
  const sentence = /^(?:`[^`]*`|[^`])*?[.!?:](?=\s|$)/.exec(markdown)?.[0] ?? markdown;
  return sentence.replace(/[`*]/g, '').replace(/:$/, '.');
}
