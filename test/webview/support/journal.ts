/** What a page asked the program around it to do, in order. */
import type { PanelActions } from '../../../src/ui/panel/panelSession.js';

export interface Journal {
  openedSources: string[];
  openedRules: string[];
  reruns: number;
  pictures: { name: string; data: Uint8Array }[];
  log: string[];
  /** Where a person chooses to save; undefined: nowhere. */
  csvFile: string | undefined;
}

export function newJournal(): Journal {
  return { openedSources: [], openedRules: [], reruns: 0, pictures: [], log: [], csvFile: undefined };
}

export function journalActions(journal: Journal): PanelActions {
  return {
    rerun: async () => {
      journal.reruns++;
    },
    openSource: async (file, line) => void journal.openedSources.push(`${file}:${line}`),
    openRule: async (rule) => void journal.openedRules.push(rule),
    openConsole: () => Promise.resolve(),
    chooseCsvFile: () => Promise.resolve(journal.csvFile),
    savePng: async (name, data) => void journal.pictures.push({ name, data }),
    viewChanged: () => undefined,
    log: (message) => void journal.log.push(message),
  };
}
