/**
 * The rooms of lib/ and what each may import besides itself (docs/architecture.md). Imports run one way:
 *
 *     constructs -> first-contact -> deployment -> values -> evaluation -> terraform -> job -> validation -> private
 *     client -> job -> validation -> private
 *     a cloud -> constructs
 *
 * A room may import any room to its right, with one exception: evaluation does not import job.
 * Types count like everything else. `test/dependency-cruiser.test.ts` breaks each rule on purpose.
 */
const CONSTRUCTS = '^lib/(index|nix-build|nixos-deployment|nixos-image|nixos-machine)\\.ts$';
/** A room of its own for each cloud, with constructs, values and parts. */
const CLOUDS = '^lib/hcloud/';
const VALUES = '^lib/[^/]+\\.ts$';

const rooms = {
  private: [],
  validation: ['private'],
  job: ['validation', 'private'],
  client: ['job', 'validation', 'private'],
  terraform: ['job', 'validation', 'private'],
  evaluation: ['terraform', 'validation', 'private'],
  deployment: ['terraform', 'evaluation', 'job', 'validation', 'private'],
  'first-contact': ['deployment', 'terraform', 'evaluation', 'job', 'validation', 'private'],
};

/** They hold parts of constructs, and use public values as constructs do. */
const PARTS = ['deployment', 'first-contact'];

const folder = (name) => `^lib/${name}/`;

/** A room may import itself and the rooms that are listed for it. */
const roomRules = Object.entries(rooms).map(([name, allowed]) => ({
  name: `room-${name}`,
  comment: `lib/${name} imports only: ${[name, ...allowed].join(', ')}${PARTS.includes(name) ? ', values' : ''}`,
  severity: 'error',
  from: { path: folder(name) },
  to: {
    path: '^(lib|test|lab|scripts)/',
    pathNot: [name, ...allowed].map(folder).concat(PARTS.includes(name) ? [VALUES] : []),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'a-cloud-is-for-its-users-only',
      comment: 'nothing else loads a cloud: it is an entry of the package',
      severity: 'error',
      from: { path: '^lib/', pathNot: CLOUDS },
      to: { path: CLOUDS },
    },
    {
      name: 'a-cloud-is-part-of-the-library',
      severity: 'error',
      from: { path: CLOUDS },
      to: { path: '^(test|lab|scripts)/' },
    },
    {
      name: 'bindings-are-generated',
      comment: 'they know CDK for Terraform and nothing of ours',
      severity: 'error',
      from: { path: '^lib/hcloud/bindings/' },
      to: { path: '^(lib|test|lab|scripts)/', pathNot: '^lib/hcloud/bindings/' },
    },
    {
      name: 'values-know-no-construct',
      comment: 'a value is used by constructs and never imports one',
      severity: 'error',
      from: { path: [VALUES, ...PARTS.map(folder)], pathNot: CONSTRUCTS },
      to: { path: CONSTRUCTS },
    },
    {
      name: 'values-know-no-part-of-a-construct',
      comment: 'deployment/ and first-contact/ hold parts of constructs',
      severity: 'error',
      from: { path: VALUES, pathNot: CONSTRUCTS },
      to: { path: [...PARTS.map(folder), folder('client')] },
    },
    {
      name: 'the-client-is-staged-not-imported',
      severity: 'error',
      from: { path: '^lib/', pathNot: folder('client') },
      to: { path: folder('client') },
    },
    {
      name: 'no-cdktf-below-terraform',
      comment: 'what runs at apply, and what it shares with synth, works without CDK for Terraform',
      severity: 'error',
      from: { path: ['private', 'validation', 'job', 'client'].map(folder) },
      to: { path: '(^|/)node_modules/(cdktf|constructs|@cdktf)/' },
    },
    {
      name: 'cdktf-through-terraform',
      comment:
        'only constructs, public values, clouds and lib/terraform import CDK for Terraform; the others use lib/terraform',
      severity: 'error',
      from: { path: '^lib/', pathNot: [VALUES, CLOUDS, folder('terraform')] },
      to: { path: '(^|/)node_modules/(cdktf|@cdktf)/' },
    },
    {
      name: 'one-door-to-processes',
      comment: 'lib/private/process.ts starts them',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/private/(process|execa)\\.ts$' },
      to: { path: ['^(node:)?child_process$', '(^|/)node_modules/execa/'] },
    },
    {
      name: 'one-door-to-yaml',
      comment: 'the build loads it on demand, for lib/private/yaml.ts',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/private/yaml\\.ts$' },
      to: { path: '(^|/)node_modules/yaml/' },
    },
    {
      name: 'tests-are-imported-by-tests-alone',
      comment: 'what the lab, scripts and tests share lives in lab/',
      severity: 'error',
      from: { path: '^(lab|scripts)/' },
      to: { path: '^test/' },
    },
    { name: 'no-circle', severity: 'error', from: { path: '^(lib|lab)/' }, to: { circular: true } },
    { name: 'no-missing-file', severity: 'error', from: { path: '^lib/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
  },
};
