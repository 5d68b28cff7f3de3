/** What a person changed while training was paused: without it the run cannot be understood, nor done again. */
import type { RunSnapshot } from '../../protocol/runApi.js';
import { escape, section } from './markup.js';

type Change = RunSnapshot['changes'][number];

const KINDS: Record<Change['kind'], string> = {
  value: 'set',
  code: 'evaluated',
  skip: 'update left out',
  back: 'set back, and on from there',
};

export function changesSection({ changes }: RunSnapshot): string {
  if (changes.length === 0) return '';
  const head =
    '<thead><tr><th>Step</th><th>Change</th><th>What</th><th>Before</th><th>After</th></tr></thead>';
  const rows = changes.map(({ step, kind, name, before, after }) => {
    const cells = [String(step), KINDS[kind], name, before ?? '', after ?? ''];
    return `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`;
  });
  return section(
    'changes',
    'Changed by hand',
    `<div class="scroll" tabindex="0"><table>${head}<tbody>${rows.join('\n')}</tbody></table></div>`,
  );
}
