import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Canaries } from './canaries';

/** What the user has in a folder: files, a program of his own, encrypted files, values for Terraform. */
export function writeSources(sources: string, canaries: Canaries): void {
  const source = (name: string, content: string, mode = 0o600) =>
    writeFileSync(path.join(sources, name), content, { mode });
  const run = (program: string, args: readonly string[], input = '') =>
    execFileSync(program, args, {
      cwd: sources,
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: process.env,
    }).toString();
  source('token', canaries.of('file'));
  source('command-token', canaries.of('command'));
  mkdirSync(path.join(sources, 'bin'));
  source('bin/print-token', `#!/bin/sh\ncat '${sources}/command-token'\necho complains >&2\n`, 0o755);
  source('bin/fail-token', '#!/bin/sh\nprint-token\nprint-token >&2\nexit 3\n', 0o755);
  run('age-keygen', ['-o', 'key.txt']);
  const recipient = run('age-keygen', ['-y', 'key.txt']).trim();
  run('age', ['-r', recipient, '-o', 'token.age'], canaries.of('age'));
  source('secrets.yaml', `db:\n  password: ${canaries.of('sops')}\n`);
  run('sops', ['encrypt', '--age', recipient, '--in-place', 'secrets.yaml']);
  source('user.tfvars', `given = "${canaries.of('terraform')}"\n`);
  source('planted.tfvars', `planted = "${canaries.of('planted')}"\n`);
}
