/** docs/settings.md: every setting, launch option and command, in the words of the manifest. */
import { commands, type CommandContribution } from './commands.js';
import { launchAttributes, type Attribute } from './debuggers.js';
import { settings } from './settings.js';

export function settingsPage(): string {
  return `${[
    '# Settings, launch options and commands',
    'Generated from `src/contributions`. How each rule decides is in [rules](rules/README.md).',
    '## Settings',
    Object.entries(settings({})).map(settingLine).join('\n'),
    '## Options of launch.json',
    'A configuration has `"type": "training"` and `"request": "launch"`. All options are optional; without `program` ' +
      'and `module` the active file is run.',
    Object.entries(launchAttributes({})).map(attributeLine).join('\n'),
    '## Commands',
    Object.entries<CommandContribution>(commands).map(commandLine).join('\n'),
  ].join('\n\n')}\n`;
}

function settingLine([name, setting]: [string, { default: unknown; description: string }]): string {
  return `- \`trainingDebugger.${name}\`: ${setting.description} Default: \`${JSON.stringify(setting.default)}\`.`;
}

function attributeLine([name, { description }]: [string, Attribute]): string {
  return `- \`${name}\`: ${description}`;
}

function commandLine([id, { title }]: [string, CommandContribution]): string {
  return `- Training: ${title} (\`${id}\`)`;
}
