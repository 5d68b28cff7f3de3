/** What a person changed in the training by hand; nothing where nothing was. */
import { changeText, type Change } from '../../protocol/changes.js';
import { formatText } from '../../protocol/values.js';
import { escape, section } from './markup.js';

export function changesSection(changes: readonly Change[]): string {
  if (changes.length === 0) return '';
  const rows = changes.map((change) => {
    const what = escape(formatText(changeText(change)));
    return `<tr><td>${change.step}</td><td>${what}</td><td><code>${escape(change.name)}</code></td></tr>`;
  });
  const head = '<thead><tr><th>Step</th><th>Change</th><th>Where</th></tr></thead>';
  return section(
    'changes',
    'Changed by hand',
    `<div class="scroll" tabindex="0"><table>${head}<tbody>${rows.join('\n')}</tbody></table></div>`,
  );
}
