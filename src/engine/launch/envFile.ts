import { readFileSync } from 'node:fs';
import { text } from '../../protocol/values.js';
import { LaunchError } from './launchError.js';

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=\s*(.*?)\s*$/;

/** Variables of an environment file; `${NAME}` stands for an earlier one, or one of `base`. */
export function readEnvFile(
  file: string,
  base: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LaunchError(text('The environment file {0} cannot be read: {1}', file, reason), 'envFile');
  }
  return parseEnvFile(content, base, file);
}

export function parseEnvFile(
  content: string,
  base: Readonly<Record<string, string | undefined>>,
  file: string,
): Record<string, string> {
  const variables: Record<string, string> = {};
  content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, index) => {
      if (/^\s*(#|$)/.test(line)) return;
      const assignment = ASSIGNMENT.exec(line);
      if (assignment === null) throw badLine(file, index + 1);
      const lookUp = (name: string): string => variables[name] ?? base[name] ?? '';
      variables[assignment[1] ?? ''] = readValue(assignment[2] ?? '', lookUp, () => badLine(file, index + 1));
    });
  return variables;
}

function readValue(raw: string, lookUp: (name: string) => string, bad: () => LaunchError): string {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return expand(raw.replace(/\s+#.*$/, ''), lookUp);
  const quoted =
    quote === '"' ? /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(raw) : /^'([^']*)'\s*(?:#.*)?$/.exec(raw);
  if (quoted === null) throw bad();
  const value = quoted[1] ?? '';
  return quote === "'" ? value : unescape(expand(value, lookUp));
}

function expand(value: string, lookUp: (name: string) => string): string {
  return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_.]*)\}/g, (_, name: string) => lookUp(name));
}

function unescape(value: string): string {
  return value.replace(
    /\\(.)/g,
    (_, character: string) => ({ n: '\n', r: '\r', t: '\t' })[character] ?? character,
  );
}

function badLine(file: string, line: number): LaunchError {
  return new LaunchError(
    text(
      'Line {1} of the environment file {0} cannot be read: it must be NAME=value or a comment.',
      file,
      line,
    ),
    'envFile',
  );
}
