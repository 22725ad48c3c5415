import tseslint from 'typescript-eslint';

/**
 * The rooms of lib/ and what each may import besides itself. Imports run one way: constructs -> values -> evaluation
 * -> validation -> private, and deploy -> validation -> private. `synth` is what constructs do beside asking for an
 * evaluation; `job` (lib/deploy/job.ts) is all that synth and the deploy client share, and holds only types.
 */
const rooms = {
  private: [],
  validation: ['private'],
  evaluation: ['validation', 'private'],
  deploy: ['validation', 'private'],
  values: ['job', 'evaluation', 'validation', 'private'],
  synth: ['constructTypes', 'values', 'job', 'validation', 'private'],
  constructs: ['synth', 'values', 'job', 'evaluation', 'validation', 'private'],
};
/** Values and constructs lie side by side at the top, because a user names both. What is not listed is a value. */
const constructFiles = ['index', 'nix-build', 'nixos-deployment', 'nixos-machine'];
const anyConstruct = `(?:${constructFiles.join('|')})`;

/** What follows the way to lib/ in an import of the room. */
const inRoom = {
  values: `(?!${anyConstruct}$)[^/]+`,
  constructs: anyConstruct,
  constructTypes: anyConstruct,
  job: 'deploy/job',
};
const typesOnly = ['constructTypes', 'job'];

function restricted(room, allowed) {
  const isTop = room === 'values' || room === 'constructs';
  const way = isTop ? '/' : '\\./';
  const target = (name) => `${way}${inRoom[name] ?? `${name}/[^/]+`}$`;
  const own = isTop ? target(room) : '/[^/]+$';
  const others = allowed.map((name) => `(?!${target(name)})`).join('');
  const names = [room, ...allowed].join(', ');
  return [
    { regex: `^\\.(?!${own})${others}`, message: `lib's room "${room}" imports only: ${names}` },
    { regex: '^cdktf-nixos', message: 'a file of the package is imported by its path' },
    ...allowed
      .filter((name) => typesOnly.includes(name))
      .map((name) => ({ regex: `^\\.${target(name)}`, allowTypeImports: true, message: 'only types: import type' })),
  ];
}

const PROCESSES = {
  regex: '^(node:child_process|child_process|execa)$',
  message: 'lib/private/process.ts starts them',
};
const DYNAMIC = { selector: 'ImportExpression', message: 'no rule looks into it: import at the top' };

const direction = Object.entries(rooms).map(([room, allowed]) => {
  const paths = constructFiles.map((name) => `lib/${name}.ts`);
  const files = { values: ['lib/*.ts'], constructs: paths }[room] ?? [`lib/${room}/**/*.ts`];
  const patterns = [...restricted(room, allowed), PROCESSES];
  return {
    files,
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', DYNAMIC],
    },
  };
});
const processDoor = {
  files: ['lib/private/process.ts', 'lib/private/execa.ts'],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: restricted('private', []) }] },
};

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
    rules: { 'max-lines': ['error', { max: 250 }], 'max-lines-per-function': ['error', { max: 40 }] },
  },
  ...direction,
  processDoor,
);
