import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isObject } from '../engine/launch/fields.js';
import { nearest } from '../run/nearest.js';
import { UsageError } from './arguments.js';

/** A configuration of type `training` from `.vscode/launch.json`, its variables filled in. */
export function readNamedConfig(
  workspace: string,
  name: string,
  env: NodeJS.ProcessEnv,
): Record<string, unknown> {
  const file = join(workspace, '.vscode', 'launch.json');
  const found = trainingConfigs(file);
  const config = found.find((candidate) => candidate['name'] === name);
  if (config !== undefined) return substitute(config, workspace, env) as Record<string, unknown>;
  const names = found.map((candidate) => String(candidate['name']));
  const meant = nearest(name, names);
  const hint = meant === null ? `It has: ${names.join(', ') || 'none'}.` : `Did you mean “${meant}”?`;
  throw new UsageError(`${file} has no training configuration “${name}”. ${hint}`);
}

function trainingConfigs(file: string): Record<string, unknown>[] {
  const raw = parseWithComments(readText(file), file);
  const configurations = isObject(raw) ? raw['configurations'] : undefined;
  if (!Array.isArray(configurations)) throw new UsageError(`${file} has no list “configurations”.`);
  return configurations.filter(isObject).filter((config) => config['type'] === 'training');
}

/** JSON with comments and trailing commas, as VS Code writes it. */
function parseWithComments(content: string, file: string): unknown {
  const strings = /"(?:[^"\\]|\\.)*"/.source;
  const bare = content.replace(new RegExp(`${strings}|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g'), keepString);
  const strict = bare.replace(new RegExp(`${strings}|,(?=\\s*[\\]}])`, 'g'), keepString);
  try {
    return JSON.parse(strict);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function keepString(found: string): string {
  return found.startsWith('"') ? found : '';
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Fills in the variables that mean something outside VS Code too; throws for those that do not. */
function substitute(value: unknown, workspace: string, env: NodeJS.ProcessEnv): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([^}]+)\}/g, (_, variable: string) => lookUp(variable, workspace, env));
  }
  if (Array.isArray(value)) return value.map((item) => substitute(item, workspace, env));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, substitute(item, workspace, env)]),
  );
}

function lookUp(variable: string, workspace: string, env: NodeJS.ProcessEnv): string {
  if (variable.startsWith('env:')) return env[variable.slice('env:'.length)] ?? '';
  if (variable === 'workspaceFolder' || variable === 'workspaceRoot' || variable === 'cwd') return workspace;
  if (variable === 'workspaceFolderBasename') return basename(workspace);
  if (variable === 'userHome') return env['HOME'] ?? env['USERPROFILE'] ?? '';
  throw new UsageError(
    `The variable \${${variable}} has a value only inside VS Code; write the value itself.`,
  );
}
