// dist/THIRD-PARTY-NOTICES.txt: the licences of the packages whose code is inside our bundles.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const packageOf = (file) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[0];

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), 'utf8')));
  const words = texts.length > 0 ? texts.map((text) => text.trim()).join('\n\n') : `Licence: ${license}`;
  return `${name} ${version}\n\n${words}\n`;
}

/**
 * @param {string} root the repository
 * @param {import('esbuild').Metafile[]} metafiles what went into each bundle
 */
export async function writeNotices(root, metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = [...new Set(inputs.map(packageOf).filter((folder) => folder !== undefined))].sort();
  const notices = await Promise.all(folders.map((folder) => noticeOf(path.join(root, folder))));
  const line = `\n${'-'.repeat(80)}\n\n`;
  await writeFile(path.join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'), notices.join(line));
}
