import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

const eslint = new ESLint();

/** What the project's rules say of a file of lib/ that holds this line and nothing else. */
async function messages(file: string, line: string): Promise<string[]> {
  const [{ messages }] = await eslint.lintText(`${line}\n`, { filePath: `lib/${file}` });
  return messages.map(({ ruleId }) => ruleId ?? 'not parsed').filter((rule) => !rule.endsWith('no-unused-vars'));
}

const imports = '@typescript-eslint/no-restricted-imports';

test.each([
  ['private/project.ts', "import '../validation/display';"],
  ['private/project.ts', "import '../host-keys';"],
  ['private/project.ts', "export * from '../evaluation/row';"],
  ['validation/display.ts', "import type { Row } from '../evaluation/row';"],
  ['validation/display.ts', "import './../evaluation/row';"],
  ['evaluation/row.ts', "import '../nixos-module';"],
  ['evaluation/row.ts', "import '../synth/checks';"],
  ['evaluation/row.ts', "import '../deploy/job';"],
  ['deploy/report.ts', "import '../synth/checks';"],
  ['deploy/report.ts', "import '../evaluation/row';"],
  ['deploy/report.ts', "import 'cdktf-nixos';"],
  ['host-keys.ts', "import { NixosMachine } from './nixos-machine';"],
  ['host-keys.ts', "import type { INixosMachine } from './nixos-machine';"],
  ['host-keys.ts', "import './synth/checks';"],
  ['host-keys.ts', "import './deploy/report';"],
  ['host-keys.ts', "import { any } from './client/support/job';"],
  ['synth/checks.ts', "import { NixosMachine } from '../nixos-machine';"],
  ['synth/checks.ts', "import '../evaluation/evaluation';"],
  ['nixos-machine.ts', "import './deploy/report';"],
  ['nixos-machine.ts', "import './support/setup';"],
  ['deploy/report.ts', "import 'node:child_process';"],
  ['private/project.ts', "import 'child_process';"],
])('in lib/%s the line %s is refused', async (file, line) => {
  expect(await messages(file, line)).toEqual([imports]);
});

test('an import that no rule can look into is refused', async () => {
  expect(await messages('private/project.ts', "export const row = import('../evaluation/row');")).toEqual([
    'no-restricted-syntax',
  ]);
  expect(await messages('private/project.ts', "export const row = require('../evaluation/row');")).toEqual([
    '@typescript-eslint/no-require-imports',
  ]);
});

test.each([
  ['nixos-machine.ts', "import './synth/checks';"],
  ['nixos-machine.ts', "import type { Job } from './client/support/job';"],
  ['synth/checks.ts', "import type { INixosMachine } from '../nixos-machine';"],
  ['synth/checks.ts', "import '../host-keys';"],
  ['host-keys.ts', "import './evaluation/row';"],
  ['evaluation/row.ts', "import '../validation/display';"],
  ['validation/display.ts', "import '../private/project';"],
  ['private/process.ts', "import 'node:child_process';"],
])('in lib/%s the line %s passes', async (file, line) => {
  expect(await messages(file, line)).toEqual([]);
});
