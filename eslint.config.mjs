import tseslint from 'typescript-eslint';

/**
 * Imports run one way: constructs -> values -> evaluation -> validation -> private; deploy -> validation -> private.
 * A folder may import only what its row names (and itself).
 */
const may = {
  private: [],
  validation: ['private'],
  evaluation: ['validation', 'private'],
  deploy: ['validation', 'private'],
};
const folders = ['private', 'validation', 'evaluation', 'deploy'];

const direction = Object.entries(may).map(([folder, allowed]) => ({
  files: [`lib/${folder}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [
              '../*',
              '!../private',
              '!../validation',
              ...folders
                .filter((other) => other !== folder && !allowed.includes(other))
                .map((other) => `../${other}/**`),
              ...allowed.map((other) => `!../${other}/**`),
            ],
            message: `lib/${folder} may import only itself${allowed.map((other) => `, lib/${other}`).join('')}`,
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['**/dist/', 'dist.*/', '**/node_modules/', '**/cdktf.out/', '.cache/'] },
  ...tseslint.configs.recommended,
  { files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@cdktf/provider-aws', message: 'import a subpath: the index costs seconds' }] },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/private/**'],
    rules: {
      'no-restricted-modules': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ImportDeclaration[source.value=/^(node:)?child_process$/]',
          message: 'processes start in lib/private/process.ts only',
        },
      ],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 250 }], 'max-lines-per-function': ['error', { max: 40 }] },
  },
  ...direction,
);
