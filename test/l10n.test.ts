/** Every word a person may see has its Chinese, with the same placeholders, and no Chinese is left over. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { exceptionFilters } from '../src/breakpoints/filters.js';

const root = resolve(import.meta.dirname, '..');

function read(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}

const english = read('package.nls.json');
const chinese = read('package.nls.zh-cn.json');
const bundle = read('l10n/bundle.l10n.zh-cn.json');

interface Found {
  template: string | null;
  where: string;
}

/** Calls `t('…')`, `vscode.l10n.t('…')` and `text('…')` with what their first argument is. */
function translatable(file: string): Found[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: Found[] = [];
  const ours = importedTranslators(source);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && translates(node.expression, ours)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      const where = `${file}:${line + 1}`;
      found.push(...literals(node.arguments[0]).map((template) => ({ template, where })));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Names by which the file has `text` of the protocol or `t` of the webview; values.ts itself makes `text`. */
function importedTranslators(source: ts.SourceFile): Set<string> {
  const imports = source.statements.filter(ts.isImportDeclaration).filter(({ moduleSpecifier }) => {
    return /\/(values|l10n)\.js'$/.test(moduleSpecifier.getText(source));
  });
  const bindings = imports.map(({ importClause }) => importClause?.namedBindings);
  const names = bindings.flatMap((one) =>
    one !== undefined && ts.isNamedImports(one) ? [...one.elements] : [],
  );
  return new Set(names.map(({ name }) => name.text).filter((name) => name === 't' || name === 'text'));
}

function translates(callee: ts.Expression, imported: ReadonlySet<string>): boolean {
  if (ts.isIdentifier(callee)) return imported.has(callee.text);
  return (
    ts.isPropertyAccessExpression(callee) &&
    callee.name.text === 't' &&
    callee.expression.getText().endsWith('l10n')
  );
}

/** Both branches of a condition; null for what is no literal. */
function literals(argument: ts.Expression | undefined): (string | null)[] {
  if (argument === undefined) return [];
  if (ts.isStringLiteralLike(argument)) return [argument.text];
  if (ts.isParenthesizedExpression(argument)) return literals(argument.expression);
  if (ts.isConditionalExpression(argument))
    return [...literals(argument.whenTrue), ...literals(argument.whenFalse)];
  if (ts.isBinaryExpression(argument) && argument.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const parts = [...literals(argument.left), ...literals(argument.right)];
    return [parts.includes(null) ? null : parts.join('')];
  }
  return [null];
}

function sources(): string[] {
  return ['src', 'webview'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name).split(sep).join('/')),
  );
}

/** The probe in Python builds its texts by `text("…")` too. */
function pythonTemplates(): Found[] {
  const folder = join(root, 'src/probes/pytorch');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.py'))
    .flatMap((name) => {
      const source = readFileSync(join(folder, name), 'utf8');
      return [...source.matchAll(/\btext\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g)].map(([, literal = '']) => ({
        template: [...literal.matchAll(/"((?:[^"\\]|\\.)*)"/g)]
          .map(([, part = '']) => part.replace(/\\(.)/g, '$1'))
          .join(''),
        where: name,
      }));
    });
}

/** What the Breakpoints view says of a rule is the first sentence of its documentation. */
function filterDescriptions(): Found[] {
  return exceptionFilters(({ template }) => template).map(({ filter, description }) => ({
    template: description,
    where: filter,
  }));
}

const inCode = [...sources().flatMap(translatable), ...pythonTemplates(), ...filterDescriptions()];
const templates = new Set(inCode.map(({ template }) => template).filter((template) => template !== null));

/** Hands a template on. */
const HAND_ON = ['src/ui/localize.ts'];

function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\d+\}/g) ?? [])].sort();
}

describe('translations', () => {
  test('package.nls.zh-cn.json has the keys of package.nls.json', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  });

  test('links in package.nls are the same in both', () => {
    const links = (text: string) => (text.match(/\]\((command:[^)]+)\)/g) ?? []).sort();
    const different = Object.keys(english).filter(
      (key) => links(english[key] ?? '').join() !== links(chinese[key] ?? '').join(),
    );
    expect(different).toEqual([]);
  });

  test('the code has many texts, and templates are literals', () => {
    expect(templates.size).toBeGreaterThan(100);
    const computed = inCode.filter(
      ({ template, where }) => template === null && !HAND_ON.includes(where.split(':')[0] ?? ''),
    );
    expect(computed.map(({ where }) => where)).toEqual([]);
  });

  test('every text of the code has its Chinese', () => {
    expect([...templates].filter((template) => !Object.hasOwn(bundle, template)).sort()).toEqual([]);
  });

  test('no Chinese is left over from a text that is gone', () => {
    expect(Object.keys(bundle).filter((template) => !templates.has(template))).toEqual([]);
  });

  test('placeholders are the same in both languages', () => {
    const different = Object.entries(bundle).filter(
      ([template, translation]) => placeholders(template).join() !== placeholders(translation).join(),
    );
    expect(different).toEqual([]);
  });

  test('what is translated is in Chinese', () => {
    const words = { ...chinese, ...bundle };
    const hasWords = (template: string) => /\p{L}/u.test(template.replaceAll(/\{\d+\}/g, ''));
    const latin = Object.entries(words).filter(
      ([template, translation]) => hasWords(template) && !/[\u4e00-\u9fff]/.test(translation),
    );
    // Names and units are the same in both.
    expect(latin.filter(([template, translation]) => template !== translation)).toEqual([]);
  });
});
