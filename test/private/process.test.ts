import { afterEach, describe, expect, it, vi } from 'vitest';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { git, nix, nixStore, sh, ssh, userProgram, withholdVariables } from '../../lib/private/process';

afterEach(() => {
  vi.unstubAllEnvs();
  withholdVariables([]);
});

const PROGRAMS = { git, nix, 'nix-store': nixStore, sh, ssh };
type Program = keyof typeof PROGRAMS;

/** The names of the variables that a program gets. */
function variablesOf(program: Program): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'variables-'));
  const stand = path.join(folder, program);
  writeFileSync(stand, '#!/bin/bash\ncompgen -e\n');
  chmodSync(stand, 0o755);
  vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env.PATH}`);
  const { stdout } = PROGRAMS[program].captureSync([]);
  rmSync(folder, { recursive: true });
  return stdout.split('\n');
}

describe('the environment of a program', () => {
  const GIT = [
    'GIT_SSH',
    'GIT_SSH_COMMAND',
    'GIT_ASKPASS',
    'SSH_ASKPASS',
    'GIT_CONFIG_COUNT',
    'GIT_CONFIG_KEY_0',
    'GIT_CONFIG_VALUE_0',
    'GIT_CONFIG_GLOBAL',
    'GIT_CONFIG_SYSTEM',
    'GIT_SSL_CAINFO',
  ];
  const NOBODY = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'TF_VAR_token', 'CDKTF_NIXOS_JOB', 'GITHUB_TOKEN'];

  it.each([
    ['git', [...GIT, 'https_proxy', 'SSH_AUTH_SOCK'], ['AWS_PROFILE', 'NIX_CONFIG']],
    ['nix', [...GIT, 'https_proxy', 'SSH_AUTH_SOCK', 'NIX_CONFIG'], ['AWS_PROFILE', 'NIX_PATH']],
    ['nix-store', ['https_proxy', 'NIX_CONFIG', 'AWS_PROFILE'], ['NIX_PATH']],
    ['ssh', ['SSH_AUTH_SOCK', 'HOME'], ['NIX_CONFIG', 'GIT_SSH_COMMAND', 'AWS_PROFILE', 'https_proxy']],
    ['sh', ['HOME'], ['NIX_CONFIG', 'GIT_SSH_COMMAND', 'AWS_PROFILE', 'https_proxy']],
  ] as const)('%s gets the variables of its own work and no others', (program, expected, others) => {
    for (const name of [...expected, ...others, ...NOBODY].filter((name) => name !== 'HOME')) vi.stubEnv(name, 'x');
    const variables = variablesOf(program);
    expect(variables).toEqual(expect.arrayContaining([...expected]));
    expect(variables.filter((name) => [...others, ...NOBODY].includes(name as never))).toEqual([]);
  });

  it.each(Object.keys(PROGRAMS) as Program[])('%s does not get a variable that holds a secret', (program) => {
    vi.stubEnv('XDG_TOKEN', 'x');
    expect(variablesOf(program)).toContain('XDG_TOKEN');
    withholdVariables(['TOKEN', 'XDG_TOKEN']);
    expect(variablesOf(program)).not.toContain('XDG_TOKEN');
  });

  it('a program that the user names gets a variable that holds a secret', () => {
    vi.stubEnv('XDG_TOKEN', 'x');
    withholdVariables(['XDG_TOKEN']);
    const { stdout } = userProgram('sh').captureSync(['-c', 'echo "$XDG_TOKEN"']);
    expect(stdout).toBe('x');
  });
});
