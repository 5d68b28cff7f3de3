// `npm run node -- FILE ...`: runs a program with a Node that has `node:sqlite`, whatever Node is installed.
import { spawn } from 'node:child_process';
import { ensureNode } from './lib/node24.mjs';
import { printFailure } from './lib/log.mjs';

try {
  const node = await ensureNode();
  spawn(node, process.argv.slice(2), { stdio: 'inherit' }).on(
    'exit',
    (code) => (process.exitCode = code ?? 1),
  );
} catch (error) {
  printFailure(error);
  process.exitCode = 1;
}
