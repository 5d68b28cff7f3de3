// `npm run new-rule -- ID "TITLE" [CATEGORY]`: a rule, its test and its place in the registry, to be filled in.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const CATEGORIES = ['loss', 'gradients', 'weights', 'optimisation', 'generalisation', 'data', 'resources'];

const camel = (id) => id.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
const quoted = (words) => `'${words.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

function ruleSource(id, title, category) {
  return `import { SERIES } from '../../protocol/telemetry.js';
import { text } from '../../protocol/values.js';
import { readable } from '../format.js';
import { type Check, defineRule, type StepView } from '../rule.js';

interface Evidence {
  step: number;
  value: number;
}

export const ${camel(id)} = defineRule({
  id: '${id}',
  title: text(${quoted(title)}),
  status: 'preview',
  category: '${category}',
  severity: 'warning',
  needs: [SERIES.loss],
  thresholds: {
    limit: {
      default: 1000,
      minimum: 0,
      maximum: 1e6,
      unit: 'ratio',
      description: 'Describe what is compared with this.',
      origin: 'Name the paper, the framework or the measurement.',
    },
  },
  check: ({ limit }): Check<Evidence> => ({
    step: (at: StepView) => {
      const value = at.scalar(SERIES.loss);
      return value === undefined || value <= limit ? undefined : { step: at.step, value };
    },
  }),
  explain: ({ step, value }: Evidence) => ({
    severity: 'warning',
    step,
    message: text('Say what was seen: {0}.', readable(value)),
    explanation: text('Say why it matters and what to look at.'),
    anchor: 'loss',
    series: SERIES.loss,
    fixes: [{ title: text('Say what to do'), safety: 'suggestion' }],
    values: { value },
  }),
  docs: { what: '', why: '', how: '', fix: '', wrong: '' },
});
`;
}

function testSource(id) {
  return `import { ${camel(id)} } from '../../../src/diagnosis/rules/${id}.js';
import { LINES, lossSeen, steps, testRule } from '../ruleTester.js';

testRule(${camel(id)}, {
  silent: [{ name: 'a sound run', messages: [lossSeen(), steps({ loss: [2.3, 2.2, 2.1] })] }],
  fires: [
    {
      name: 'the fault, as plain as it comes',
      messages: [lossSeen(), steps({ loss: [2.3, 2.2, 2.1] })],
      step: 0,
      line: LINES.loss,
      evidence: {},
    },
  ],
});
`;
}

function registered(registry, id) {
  const line = `import { ${camel(id)} } from '../rules/${id}.js';\n`;
  const imports = registry.match(/^import .* from '\.\.\/rules\/.*';\n/gm) ?? [];
  const sorted = [...imports, line].sort((a, b) => a.split("'")[1].localeCompare(b.split("'")[1]));
  const [head, list] = registry.split(/(?=\nexport const)/);
  const named = list.replace(/\[([^\]]*?),?\s*\];\n$/, (_, names) =>
    names.trim() ? `[${names}, ${camel(id)}];\n` : `[${camel(id)}];\n`,
  );
  return head.replace(imports.join(''), '') + sorted.join('') + named;
}

/**
 * @param {string} root of the repository
 * @param {string} id in kebab case
 * @param {string} title as Problems shows it
 * @param {string} category one of CATEGORIES
 * @returns {string[]} the files written
 */
export function createRule(root, id, title, category = 'loss') {
  if (!/^[a-z]+(-[a-z]+)*$/.test(id ?? '')) throw new Error('The id is in kebab case: exploding-gradient');
  if (!title) throw new Error('The title is missing: "Gradient explodes"');
  if (!CATEGORIES.includes(category)) throw new Error(`The category is one of ${CATEGORIES.join(', ')}`);
  const rule = path.join(root, 'src/diagnosis/rules', `${id}.ts`);
  const test = path.join(root, 'test/diagnosis/rules', `${id}.test.ts`);
  const registry = path.join(root, 'src/diagnosis/registry', `${category}.ts`);
  if (existsSync(rule)) throw new Error(`${rule} is there already`);
  writeFileSync(rule, ruleSource(id, title, category));
  writeFileSync(test, testSource(id));
  writeFileSync(registry, registered(readFileSync(registry, 'utf8'), id));
  return [rule, test, registry];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
    for (const file of createRule(root, ...process.argv.slice(2))) console.log(path.relative(root, file));
    console.log('Fill in the rule and its test; npm run format and npm test do the rest (docs/rules).');
  } catch (error) {
    console.error(`${error.message}\nUsage: npm run new-rule -- ID "TITLE" [CATEGORY]`);
    process.exitCode = 1;
  }
}
