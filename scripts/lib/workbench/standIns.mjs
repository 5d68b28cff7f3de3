// Two native modules of the workbench's server are compiled at install time elsewhere; here plain JavaScript
// takes their place, so that no compiler is needed. Without the first, output channels stay empty.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const spdlog = `const fs = require('fs');
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
class Logger {
  constructor(name, file) { this.name = name; this.file = file; this.level = 2; this.plain = false; }
  write(level, message) {
    if (level < this.level) return;
    const line = this.plain ? message : new Date().toISOString() + ' [' + names[level] + '] ' + message + '\\n';
    try { fs.mkdirSync(require('path').dirname(this.file), { recursive: true }); fs.appendFileSync(this.file, line); }
    catch { /* a log that cannot be written must not stop the server */ }
  }
  trace(m) { this.write(0, m); }
  debug(m) { this.write(1, m); }
  info(m) { this.write(2, m); }
  warn(m) { this.write(3, m); }
  error(m) { this.write(4, m); }
  critical(m) { this.write(5, m); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() {}
  clearFormatters() { this.plain = true; }
  flush() {}
  drop() {}
}
const create = async (name, file) => new Logger(name, file);
exports.Logger = Logger;
exports.createRotatingLogger = create;
exports.createAsyncRotatingLogger = create;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.version = 0;
`;

const watchdog = 'exports.start = () => {};\n';

/** @param {string} modules the server's node_modules */
export async function writeStandIns(modules) {
  await Promise.all([replace(modules, 'spdlog', spdlog), replace(modules, 'native-watchdog', watchdog)]);
}

async function replace(modules, name, source) {
  const file = path.join(modules, '@vscode', name, 'index.js');
  if ((await readFile(file, 'utf8')) !== source) await writeFile(file, source);
}
