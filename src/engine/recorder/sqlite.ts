/** `node:sqlite`, loaded on first use: not every Node has it, and Node 22 warns that it is experimental. */
import { isBuiltin } from 'node:module';
import type * as Sqlite from 'node:sqlite';

let loaded: typeof Sqlite | undefined;

/** Opens a database file. Throws where this Node has no SQLite. */
export function openDatabase(file: string, options: { readOnly: boolean }): Sqlite.DatabaseSync {
  loaded ??= loadQuietly();
  return new loaded.DatabaseSync(file, { readOnly: options.readOnly });
}

function loadQuietly(): typeof Sqlite {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]): void => {
    if (!isSqliteExperimental(warning)) emitWarning(warning, ...rest);
  };
  try {
    return requireSqlite();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isSqliteExperimental(warning: string | Error): boolean {
  return String(warning).includes('SQLite is an experimental feature');
}

function requireSqlite(): typeof Sqlite {
  if (isBuiltin('node:sqlite')) return process.getBuiltinModule('node:sqlite');
  throw new Error(
    `Recording needs a Node with SQLite, 22.15 or newer; this is ${process.version}. Update VS Code or Node.`,
  );
}
