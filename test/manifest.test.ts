/** package.json says what src/contributions.ts says, and every file and word it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeContributions } from '../src/contributions/write.js';
import { LAUNCH_OPTIONS } from '../src/engine/launch/config.js';

const root = resolve(import.meta.dirname, '..');

interface PackageJson {
  contributes: {
    commands: { command: string; enablement?: string }[];
    menus: Record<string, { command: string }[]>;
    keybindings: { command: string }[];
    debuggers: { configurationAttributes: { launch: { properties: Record<string, unknown> } } }[];
    walkthroughs: { steps: { media: { image: string } }[] }[];
    viewsContainers: { activitybar: { icon: string }[] };
    viewsWelcome: { contents: string }[];
  };
}

function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
}

function words(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}

describe('the manifest', () => {
  test('is what src/contributions.ts says (stale files are rewritten: run again and commit them)', () => {
    expect(writeContributions(root)).toEqual([]);
  });

  test('names only commands that are contributed', () => {
    const { commands, menus, keybindings } = packageJson().contributes;
    const known = new Set(commands.map(({ command }) => command));
    const named = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
    expect(named.filter((command) => !known.has(command))).toEqual([]);
  });

  test('links in texts run commands that exist', () => {
    const known = packageJson().contributes.commands.map(({ command }) => command);
    const texts = Object.values({
      ...words('package.nls.json'),
      ...prefixed(words('package.nls.zh-cn.json')),
    });
    const ours = texts.flatMap((text) =>
      [...text.matchAll(/\(command:(trainingDebugger\.[\w.]+)\)/g)].map(([, id]) => id),
    );
    const builtIn = ['trainingDebugger.runs.focus'];
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((id) => ![...known, ...builtIn].includes(id ?? ''))).toEqual([]);
  });

  test('names pictures and icons that exist', () => {
    const { walkthroughs, viewsContainers } = packageJson().contributes;
    const pictures = walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.image));
    const files = [...pictures, ...viewsContainers.activitybar.map(({ icon }) => icon)];
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const large = pictures.filter((file) => readFileSync(join(root, file)).length > 200_000);
    expect(large).toEqual([]);
  });

  test('describes every launch option that the engine takes, and no other', () => {
    const [{ configurationAttributes }] = packageJson().contributes.debuggers as [
      PackageJson['contributes']['debuggers'][number],
    ];
    const described = Object.keys(configurationAttributes.launch.properties);
    const taken = LAUNCH_OPTIONS.filter((option) => option !== 'name' && option !== 'workspace');
    expect(described.sort()).toEqual([...taken].sort());
  });
});

function prefixed(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, value]) => [`zh-cn ${key}`, value]));
}
