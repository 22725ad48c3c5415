import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../scripts/setup/environment.mjs';

const configuration = createRequire(__filename)(path.join(root, '.dependency-cruiser.cjs'));

/** Files that exist in the tree of the test; each line below is one more file that imports one of them. */
const FILES = [
  'lib/private/paths.ts',
  'lib/private/process.ts',
  'lib/validation/display.ts',
  'lib/job/job.ts',
  'lib/terraform/token.ts',
  'lib/evaluation/request/row.ts',
  'lib/deployment/input.ts',
  'lib/first-contact/index.ts',
  'lib/client/report/report.ts',
  'lib/host-keys.ts',
  'lib/nixos-machine.ts',
  'lib/hcloud/bindings/server/index.ts',
  'test/support/setup.ts',
  'node_modules/cdktf/index.ts',
  'node_modules/@cdktf/provider-null/lib/provider.ts',
  'node_modules/execa/index.ts',
  'node_modules/yaml/index.ts',
];

describe('the rules on imports between rooms', () => {
  let tree: string;

  beforeAll(() => {
    tree = mkdtempSync(path.join(tmpdir(), 'rooms-'));
    for (const file of FILES) write(file, 'export const value = 1;\n');
    write('tsconfig.json', '{}');
  });

  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    writeFileSync(path.join(tree, file), text);
  }

  /** The names of the rules that a file of the tree with this content breaks. */
  async function broken(file: string, text: string): Promise<string[]> {
    write(file, `${text}\n`);
    try {
      const { cruise } = await import('dependency-cruiser');
      const options = { ...configuration.options, baseDir: tree, validate: true };
      const { output } = await cruise([file], { ...options, ruleSet: { forbidden: configuration.forbidden } });
      if (typeof output === 'string') throw new Error(output);
      const own = output.summary.violations.filter(({ from }) => from === file);
      return [...new Set(own.map(({ rule }) => rule.name))];
    } finally {
      rmSync(path.join(tree, file));
    }
  }

  it.each([
    ['private/new.ts', "import '../validation/display';", 'room-private'],
    ['private/new.ts', "export * from '../evaluation/request/row';", 'room-private'],
    ['validation/new.ts', "import type { Row } from '../evaluation/request/row';", 'room-validation'],
    ['validation/new.ts', "import './../terraform/token';", 'room-validation'],
    ['validation/new.ts', "import 'cdktf';", 'no-cdktf-below-terraform'],
    ['job/new.ts', "import { Token } from 'cdktf';", 'no-cdktf-below-terraform'],
    ['client/host/new.ts', "import type { IResolvable } from 'cdktf';", 'no-cdktf-below-terraform'],
    ['client/host/new.ts', "export type Token = import('cdktf').Token;", 'no-cdktf-below-terraform'],
    ['client/host/new.ts', "import cdktf = require('cdktf');", 'no-cdktf-below-terraform'],
    ['client/host/new.ts', "import '../../terraform/token';", 'room-client'],
    ['terraform/new.ts', "import '../host-keys';", 'room-terraform'],
    ['evaluation/request/new.ts', "import type { IResolvable } from 'cdktf';", 'cdktf-through-terraform'],
    ['deployment/new.ts', "import { Annotations } from 'cdktf';", 'cdktf-through-terraform'],
    ['deployment/new.ts', "import '@cdktf/provider-null/lib/provider';", 'cdktf-through-terraform'],
    ['evaluation/new.ts', "import '../job/job';", 'room-evaluation'],
    ['evaluation/new.ts', "export const row = require('../job/job');", 'room-evaluation'],
    ['deployment/new.ts', "import type { INixosMachine } from '../nixos-machine';", 'values-know-no-construct'],
    ['new.ts', "import { NixosMachine } from './nixos-machine';", 'values-know-no-construct'],
    ['new.ts', "import './deployment/input';", 'values-know-no-part-of-a-construct'],
    ['new.ts', "import './first-contact/index';", 'values-know-no-part-of-a-construct'],
    ['deployment/new.ts', "import '../first-contact/index';", 'room-deployment'],
    ['first-contact/new.ts', "import '../client/report/report';", 'room-first-contact'],
    ['first-contact/new.ts', "import type { INixosMachine } from '../nixos-machine';", 'values-know-no-construct'],
    ['first-contact/new.ts', "import { Token } from 'cdktf';", 'cdktf-through-terraform'],
    ['nixos-deployment.ts', "import './client/report/report';", 'the-client-is-staged-not-imported'],
    ['client/new.ts', "import 'node:child_process';", 'one-door-to-processes'],
    ['client/new.ts', "import { execa } from 'execa';", 'one-door-to-processes'],
    ['deployment/new.ts', "import { parse } from 'yaml';", 'one-door-to-yaml'],
    ['job/new.ts', "import './missing';", 'no-missing-file'],
    ['job/new.ts', "import type { itself } from './new';", 'no-circle'],
    ['validation/new.ts', "import '../../test/support/setup';", 'room-validation'],
    ['nixos-image.ts', "import './hcloud/bindings/server';", 'a-cloud-is-for-its-users-only'],
    ['client/jobs/new.ts', "import '../../hcloud/bindings/server';", 'a-cloud-is-for-its-users-only'],
    ['hcloud/new.ts', "import '../../test/support/setup';", 'a-cloud-is-part-of-the-library'],
    ['hcloud/bindings/new/index.ts', "import '../../../host-keys';", 'bindings-are-generated'],
    ['hcloud/new.ts', "import '../client/report/report';", 'the-client-is-staged-not-imported'],
  ])('the rules refuse in lib/%s the line %s', async (file, line, rule) => {
    expect(await broken(`lib/${file}`, line)).toContain(rule);
  });

  it.each([
    ['lab/new.ts', "import '../test/support/setup';"],
    ['scripts/bench/new.ts', "import '../../test/support/setup';"],
  ])('the rules refuse in %s the line %s', async (file, line) => {
    expect(await broken(file, line)).toEqual(['tests-are-imported-by-tests-alone']);
  });

  it.each([
    ['nixos-deployment.ts', "import './deployment/input';"],
    ['nixos-deployment.ts', "import type { Job } from './job/job';"],
    ['deployment/new.ts', "import '../host-keys';"],
    ['first-contact/new.ts', "import '../host-keys';\nimport '../deployment/input';"],
    ['new.ts', "import './evaluation/request/row';"],
    ['evaluation/new.ts', "import '../terraform/token';"],
    ['terraform/new.ts', "import { Token } from 'cdktf';"],
    ['hcloud/new.ts', "import { NixosMachine } from '../nixos-machine';"],
    ['nixos-machine.ts', "import type { ITerraformDependable } from 'cdktf';"],
    ['client/new.ts', "import '../private/process';"],
    ['hcloud/new.ts', "import { Server } from './bindings/server';"],
    ['hcloud/new.ts', "import { Token } from 'cdktf';"],
  ])('the rules allow in lib/%s the line %s', async (file, line) => {
    expect(await broken(`lib/${file}`, line)).toEqual([]);
  });
});
