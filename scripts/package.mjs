// `npm run package`: a VSIX that any VS Code can install.
//   npm run package                       training-debugger-<version>.vsix
//   npm run package -- --out FILE.vsix
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from './lib/build.mjs';
import { run } from './lib/exec.mjs';
import { SetupError, printFailure, step } from './lib/log.mjs';
import { ensureNode } from './lib/node24.mjs';
import { localCache, root } from './lib/paths.mjs';

async function must(program, args, problem) {
  const { code, tail } = await run(program, args, { cwd: root });
  if (code !== 0) throw new SetupError(problem, 'Mend the error above and run the command again.', tail);
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const { name, version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const file = path.resolve(values.out ?? `${name}-${version}.vsix`);
  await installPackages();
  const node = await ensureNode();
  step('Building for release');
  await must(node, ['esbuild.mjs', '--production'], 'The build failed.');
  await rm(path.join(localCache, 'built'), { force: true }); // dist/ is not the development build now
  step('Packing');
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const options = [
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    file,
  ];
  await must(node, [vsce, 'package', ...options], 'The package could not be made.');
  console.log(file);
}

main().catch((error) => {
  printFailure(error);
  process.exitCode = 1;
});
