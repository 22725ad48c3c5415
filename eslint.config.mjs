import tseslint from 'typescript-eslint';

const AT_THE_TOP = 'the tool that holds the rooms apart needs to see it: import at the top';

/** Ways to another module that .dependency-cruiser.cjs does not see. */
const HIDDEN_IMPORTS = [
  'ImportExpression',
  'Identifier[name=/^(require|getBuiltinModule|mainModule)$/]',
  'Literal[value=/^(require|getBuiltinModule|mainModule)$/]',
  'TSModuleDeclaration[id.type="Literal"]',
].map((selector) => ({ selector, message: AT_THE_TOP }));

/** It gives `createRequire`, and `Module` itself. */
const MODULE_OF_NODE = {
  selector:
    ':matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^(node:)?module$/]',
  message: AT_THE_TOP,
};

/** Which room may import which is in .dependency-cruiser.cjs. */
export default tseslint.config(
  { ignores: ['**/dist/', 'dist.*/', '**/node_modules/', '**/cdktf.out/', '.cache/', 'lib/*/bindings/'] },
  ...tseslint.configs.recommended,
  { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: '@cdktf/provider-aws', message: 'import a subpath: the index costs seconds' },
            { name: 'vitest', importNames: ['test'], message: 'use `it`, as all tests do' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40 }],
      'no-restricted-syntax': ['error', ...HIDDEN_IMPORTS, MODULE_OF_NODE],
      '@typescript-eslint/triple-slash-reference': ['error', { lib: 'never', path: 'never', types: 'never' }],
    },
  },
  {
    // It loads the bundle of a kind of job, whose name is in the job.
    files: ['lib/client/jobs/job-kinds.ts'],
    rules: { 'no-restricted-syntax': ['error', ...HIDDEN_IMPORTS] },
  },
);
