import eslint from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const generated = [
  'dist/',
  'dist-test/',
  '.cache/',
  '.venv*/',
  '.training-debugger/',
  'test-results/',
  'coverage/',
  'examples/',
  'test/corpus/',
  'test/frames/',
];

/** What holds for every TypeScript file, the tests included. */
const typescriptRules = {
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/require-await': 'off',
  // `Values | string` says which strings to expect.
  '@typescript-eslint/no-redundant-type-constituents': 'off',
  '@typescript-eslint/unified-signatures': 'off',
  eqeqeq: 'error',
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
};

/** A test's `describe` is one long function, and asserts know more than the compiler does. */
const testRules = {
  'max-lines-per-function': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
};

export default tseslint.config(
  { ignores: generated },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,mts}'],
    extends: [eslint.configs.recommended, ...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: typescriptRules,
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: testRules },
  {
    files: ['**/*.{mjs,cjs,js}'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: globals.node },
    rules: {
      eqeqeq: 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
);
