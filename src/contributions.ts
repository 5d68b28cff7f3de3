/**
 * All that package.json contributes, typed. `npm run contributions` writes it into package.json and its English words
 * into package.nls.json; test/manifest.test.ts fails when either is stale. Code imports types from here, so a command
 * or setting that exists on one side only does not compile.
 */
import { commands, type CommandContribution } from './contributions/commands.js';
import { attachAttributes, launchAttributes, snippets, type Attribute } from './contributions/debuggers.js';
import { DEBUG_TYPE, LANGUAGES } from './contributions/debuggers.js';
import { rulesSchema, type RuleWords } from './contributions/rules.js';
import { settings } from './contributions/settings.js';
import {
  container,
  CONTAINER,
  keybindings,
  menus,
  RUNS_VIEW,
  runsView,
  welcome,
} from './contributions/views.js';
import { walkthrough, walkthroughSteps } from './contributions/walkthrough.js';
import { Words } from './contributions/words.js';

export type { CommandId } from './contributions/commands.js';
export type { LaunchAttribute } from './contributions/debuggers.js';
export type { Settings } from './contributions/settings.js';

const CATEGORY = 'Training';

type Schema = Record<string, unknown>;

export interface Manifest {
  /** Fields of package.json. */
  fields: Record<string, unknown>;
  /** Content of package.nls.json. */
  english: Record<string, string>;
}

/** @param allRules those of the registry, for the schemas of settings and launch.json. */
export function manifest(allRules: readonly RuleWords[]): Manifest {
  const words = new Words();
  const rules = rulesSchema(allRules, words);
  const fields = {
    activationEvents: [
      'onWebviewPanel:trainingDebugger.run',
      'onStartupFinished',
      `onDebugDynamicConfigurations:${DEBUG_TYPE}`,
      `onDebugResolve:${DEBUG_TYPE}`,
    ],
    capabilities: capabilities(words, rules),
    extensionKind: ['workspace'],
    l10n: './l10n',
    contributes: {
      commands: commandList(words),
      configuration: { title: 'Training Debugger', properties: settingProperties(words, rules) },
      debuggers: [debuggerContribution(words, rules)],
      breakpoints: LANGUAGES.map((language) => ({ language })),
      viewsContainers: {
        activitybar: [
          { id: CONTAINER, title: words.put('container.title', container.title), icon: container.icon },
        ],
      },
      views: { [CONTAINER]: [viewContribution(words)] },
      viewsWelcome: welcomeViews(words),
      menus: { ...menus, commandPalette: paletteItems() },
      keybindings,
      walkthroughs: [walkthroughContribution(words)],
    },
  };
  return { fields, english: words.english };
}

function commandList(words: Words): unknown[] {
  return Object.entries<CommandContribution>(commands).map(([command, { title, icon, enablement }]) => ({
    command,
    category: words.put('command.category', CATEGORY),
    title: words.put(`command.${shortName(command)}.title`, title),
    ...(icon === undefined ? {} : { icon }),
    ...(enablement === undefined ? {} : { enablement }),
  }));
}

function paletteItems(): unknown[] {
  return Object.entries<CommandContribution>(commands)
    .filter(([, { palette }]) => palette !== undefined)
    .map(([command, { palette }]) => ({ command, when: palette }));
}

function settingProperties(words: Words, rules: Schema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings(rules)).map(([name, setting]) => [
      `trainingDebugger.${name}`,
      {
        ...setting.schema,
        default: setting.default,
        scope: setting.scope,
        description: words.put(`setting.${name}.description`, setting.description),
      },
    ]),
  );
}

function capabilities(words: Words, rules: Schema): unknown {
  const restricted = Object.entries(settings(rules)).filter(([, setting]) => setting.restricted === true);
  return {
    untrustedWorkspaces: {
      supported: 'limited',
      description: words.put(
        'capability.untrusted',
        'In Restricted Mode past runs are shown, and no training, interpreter or program of the workspace is started.',
      ),
      restrictedConfigurations: restricted.map(([name]) => `trainingDebugger.${name}`),
    },
    virtualWorkspaces: {
      supported: false,
      description: words.put('capability.virtual', 'Training needs the files of the workspace on a disk.'),
    },
  };
}

function attributeSchemas(words: Words, attributes: Record<string, Attribute>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { schema, description }]) => [
      name,
      { ...schema, description: words.put(`launch.${name}.description`, description) },
    ]),
  );
}

function debuggerContribution(words: Words, rules: Schema): unknown {
  return {
    type: DEBUG_TYPE,
    label: words.put('debugger.label', 'Training'),
    languages: LANGUAGES,
    configurationAttributes: {
      launch: { properties: attributeSchemas(words, launchAttributes(rules)) },
      attach: { properties: attributeSchemas(words, attachAttributes) },
    },
    initialConfigurations: [
      { type: DEBUG_TYPE, request: 'launch', name: 'Train active file', program: '${file}' },
    ],
    configurationSnippets: Object.entries(snippets).map(([name, { label, description, body }]) => ({
      label: words.put(`snippet.${name}.label`, label),
      description: words.put(`snippet.${name}.description`, description),
      body: { type: DEBUG_TYPE, request: 'launch', ...body },
    })),
  };
}

function viewContribution(words: Words): unknown {
  return {
    id: RUNS_VIEW,
    name: words.put('view.runs.name', runsView.name),
    contextualTitle: words.put('view.runs.contextualTitle', runsView.contextualTitle),
    icon: runsView.icon,
  };
}

function welcomeViews(words: Words): unknown[] {
  return Object.entries(welcome).map(([name, { contents, when }]) => ({
    view: RUNS_VIEW,
    contents: words.put(`welcome.${name}`, contents),
    when,
  }));
}

function walkthroughContribution(words: Words): unknown {
  return {
    id: walkthrough.id,
    title: words.put('walkthrough.title', walkthrough.title),
    description: words.put('walkthrough.description', walkthrough.description),
    steps: Object.entries(walkthroughSteps).map(([id, step]) => ({
      id,
      title: words.put(`walkthrough.${id}.title`, step.title),
      description: words.put(`walkthrough.${id}.description`, step.description),
      media: {
        image: `media/walkthrough/${step.image}`,
        altText: words.put(`walkthrough.${id}.altText`, step.altText),
      },
      completionEvents: step.completionEvents,
    })),
  };
}

function shortName(command: string): string {
  return command.slice(command.indexOf('.') + 1);
}
