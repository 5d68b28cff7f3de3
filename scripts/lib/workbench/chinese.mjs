// Makes the workbench's host speak zh-cn without a language pack: ours is the only translation there is.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** @param {string} data the server's data directory */
export async function writeLanguagePack(data) {
  const folder = path.join(data, 'data');
  const strings = path.join(folder, 'main.i18n.json');
  await mkdir(folder, { recursive: true });
  await writeFile(strings, JSON.stringify({ version: '1.0.0', contents: {} }));
  const pack = {
    hash: 'x',
    extensions: [{ extensionIdentifier: { id: 'x.lang-zh' }, version: '0.0.1' }],
    translations: { vscode: strings },
    label: '中文(简体)',
  };
  await writeFile(path.join(folder, 'languagepacks.json'), JSON.stringify({ 'zh-cn': pack }));
}
