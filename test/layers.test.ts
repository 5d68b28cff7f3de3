/** Imports go one way. Who may import whom is this table; ARCHITECTURE.md says why. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const pure = ['protocol', 'run', 'diagnosis'];
const engineRooms = [...pure, 'breakpoints', 'script', 'tune', 'trainer', 'exchange', 'engine'];

/** Room -> rooms it may import besides itself, and packages ('node' stands for all of Node's own modules). */
const allowed: Record<string, { rooms: string[]; packages: string[] }> = {
  protocol: { rooms: [], packages: [] },
  run: { rooms: ['protocol'], packages: [] },
  diagnosis: { rooms: ['protocol', 'run'], packages: [] },
  breakpoints: { rooms: pure, packages: [] },
  script: { rooms: pure, packages: [] },
  tune: { rooms: pure, packages: [] },
  trainer: { rooms: pure, packages: [] },
  exchange: { rooms: pure, packages: ['node'] },
  engine: { rooms: engineRooms, packages: ['node', 'vscode-jsonrpc'] },
  adapter: { rooms: ['protocol', 'run', 'breakpoints'], packages: ['node', '@vscode/debugprotocol'] },
  contributions: { rooms: ['protocol', 'diagnosis', 'breakpoints'], packages: ['node'] },
  ui: {
    rooms: [...engineRooms, 'adapter', 'contributions'],
    packages: ['node', 'vscode', 'jsonc-parser'],
  },
  'extension.ts': { rooms: ['ui', 'contributions', 'protocol'], packages: ['vscode'] },
  'cli.ts': { rooms: [...engineRooms, 'adapter', 'cli'], packages: ['node'] },
  cli: { rooms: [...engineRooms, 'adapter'], packages: ['node'] },
  probes: { rooms: ['protocol'], packages: ['node', '@tensorflow/'] },
  webview: { rooms: ['protocol'], packages: ['chart.js', '@vscode/webview-ui-toolkit'] },
};

interface Import {
  file: string;
  room: string;
  specifier: string;
  /** Path from the repository's root; null for a package. */
  target: string | null;
}

function sources(): string[] {
  return ['src', 'webview'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => join(folder, name).split(sep).join('/')),
  );
}

/** The room a file belongs to: the folder below src, or the file itself at the top; `webview` is one. */
function roomOf(file: string): string {
  const [top = '', room = ''] = file.split('/');
  if (top === 'webview') return 'webview';
  return room === 'contributions.ts' ? 'contributions' : room;
}

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};

function importsOf(file: string): Import[] {
  const path = join(root, file);
  return ts
    .preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName: specifier }) => {
      if (!specifier.startsWith('.')) return { file, room: roomOf(file), specifier, target: null };
      const { resolvedModule } = ts.resolveModuleName(specifier, path, options, ts.sys);
      const found = resolvedModule?.resolvedFileName ?? resolve(path, '..', specifier);
      return { file, room: roomOf(file), specifier, target: relative(root, found).split(sep).join('/') };
    });
}

function packageAllowed(specifier: string, packages: string[]): boolean {
  return packages.some((name) =>
    name === 'node'
      ? specifier.startsWith('node:')
      : specifier === name || specifier.startsWith(name.replace(/\/?$/, '/')),
  );
}

function isAllowed({ room, specifier, target }: Import): boolean {
  const rule = allowed[room];
  if (rule === undefined) return false;
  if (target === null) return packageAllowed(specifier, rule.packages);
  const other = roomOf(target);
  return other === room || rule.rooms.includes(other);
}

const all = sources().flatMap(importsOf);
const shown = ({ file, specifier }: Import) => `${file} imports ${specifier}`;

describe('the rooms', () => {
  test('import only what the table allows', () => {
    expect(all.filter((one) => !isAllowed(one)).map(shown)).toEqual([]);
  });

  test('were found, and so were their imports', () => {
    const rooms = new Set(all.map(({ room }) => room));
    expect([...rooms]).toEqual(
      expect.arrayContaining(['protocol', 'run', 'diagnosis', 'engine', 'ui', 'webview']),
    );
    expect(all.length).toBeGreaterThan(100);
  });

  test('know VS Code only in src/ui and src/extension.ts', () => {
    const importers = all.filter(({ specifier }) => specifier === 'vscode').map(({ file }) => file);
    expect(importers.filter((file) => !/^src\/(ui\/|extension\.ts$)/.test(file))).toEqual([]);
  });

  test('hold rules that know nothing of each other', () => {
    const between = all.filter(
      ({ file, target }) =>
        file.startsWith('src/diagnosis/rules/') && target?.startsWith('src/diagnosis/rules/'),
    );
    expect(between.map(shown)).toEqual([]);
  });

  test('give the webview of our own code only messages and the names of series', () => {
    const taken = all
      .filter(({ room, target }) => room === 'webview' && target?.startsWith('src/'))
      .map(({ target }) => target);
    expect(
      taken.filter(
        (target) =>
          !/^src\/protocol\/(panel|panelJson|runApi|inspection|changes|values|telemetry)\.ts$/.test(
            target ?? '',
          ),
      ),
    ).toEqual([]);
  });
});
