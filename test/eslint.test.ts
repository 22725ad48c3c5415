import path from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../scripts/setup/environment.mjs';

const SYNTAX = 'no-restricted-syntax';

describe('lint', () => {
  let eslint: ESLint;

  beforeAll(() => {
    // None of the rules below needs types, which take seconds.
    const overrideConfig = { languageOptions: { parserOptions: { projectService: false } } };
    eslint = new ESLint({ cwd: root, overrideConfig });
  });

  /** The rules that a file of the project with this content breaks. */
  async function broken(file: string, text: string): Promise<string[]> {
    const [result] = await eslint.lintText(`${text}\n`, { filePath: path.join(root, file) });
    return result!.messages.map(({ ruleId, message }) => ruleId ?? message);
  }

  it.each([
    ["export const token = import('cdktf');", SYNTAX],
    ["import { createRequire } from 'node:module';\nexport const c = createRequire(__filename)('cdktf');", SYNTAX],
    ["import { createRequire as load } from 'module';\nexport const c = load(__filename)('cdktf');", SYNTAX],
    ["import Module from 'node:module';\nexport const c = Module.createRequire(__filename)('cdktf');", SYNTAX],
    ["import * as modules from 'node:module';\nexport const c = modules['createRequire'](__filename);", SYNTAX],
    ["import Module from 'node:module';\nexport const loader = new Module('x');", SYNTAX],
    ["export const c = process.getBuiltinModule('node:child_process');", SYNTAX],
    ["export const c = process['getBuiltinModule']('node:child_process');", SYNTAX],
    ['export const { getBuiltinModule } = process;', SYNTAX],
    ["export const c = module.require('cdktf');", SYNTAX],
    ["export const c = process.mainModule?.require('cdktf');", SYNTAX],
    ["const load = require;\nexport const c = load('cdktf');", SYNTAX],
    ['/// <reference types="cdktf" />\nexport const c = 1;', '@typescript-eslint/triple-slash-reference'],
    [
      '/// <reference path="../terraform/token.ts" />\nexport const c = 1;',
      '@typescript-eslint/triple-slash-reference',
    ],
    ["declare module 'cdktf' {\n  export const added: 1;\n}", SYNTAX],
  ])('lint refuses in lib/client/report/text.ts the text %j', async (text, rule) => {
    expect(await broken('lib/client/report/text.ts', text)).toContain(rule);
  });

  it('lint lets the file that loads bundles use createRequire, and nothing else of the kind', async () => {
    const file = 'lib/client/jobs/job-kinds.ts';
    const create = "import { createRequire } from 'node:module';\nexport const load = createRequire(__filename);";
    expect(await broken(file, create)).toEqual([]);
    expect(await broken(file, "export const c = process.getBuiltinModule('node:child_process');")).toEqual([SYNTAX]);
    expect(await broken(file, "export const c = import('cdktf');")).toEqual([SYNTAX]);
  });

  it('lint has nothing against an import at the top', async () => {
    expect(await broken('lib/client/report/text.ts', "import os from 'node:os';\nexport const c = os.EOL;")).toEqual(
      [],
    );
  });
});
