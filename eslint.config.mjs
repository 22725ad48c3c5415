import tseslint from 'typescript-eslint';

/** Which room may import which is in .dependency-cruiser.cjs. */
export default tseslint.config(
  { ignores: ['**/dist/', 'dist.*/', '**/node_modules/', '**/cdktf.out/', '.cache/'] },
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
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportExpression',
          message: 'the tool that holds the rooms apart needs to see it: import at the top',
        },
      ],
    },
  },
);
