import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LinkFailure } from '../../../../lib/client/host/link-failure';
import { loginCure } from '../../../../lib/client/jobs/deployment/login-cure';

let toplevel: string;
beforeEach(() => {
  toplevel = mkdtempSync(path.join(tmpdir(), 'toplevel-'));
});
afterEach(() => rmSync(toplevel, { recursive: true }));

const DENIED = new LinkFailure('authentication', 'Permission denied (publickey)');
const REFUSED = new LinkFailure('refused', 'Connection refused');
const SUDO = (text: string) => new LinkFailure('closed', text);

it.each([
  ['sudo that asks for a password', SUDO('sudo: a password is required'), 'deploy', '', /NOPASSWD/],
  ['no sudo', SUDO('sh: 1: exec: sudo: not found'), 'deploy', '', /security\.sudo\.enable/],
  ['root that may not log in', DENIED, 'root', 'PermitRootLogin no', /PermitRootLogin.*ssh\.user is root/],
  ['root without the key', DENIED, 'root', 'PermitRootLogin yes', /users\.users\.root\.openssh\.authorizedKeys/],
  [
    'a user without the key or a shell',
    DENIED,
    'deploy',
    'PermitRootLogin no',
    /users\.deploy.*a login shell that exists/,
  ],
  ['another port', REFUSED, 'root', 'Port 2222', /port 2222 .*ssh\.port is 22$/],
  ['a closed port', REFUSED, 'root', 'Port 22\nPort 2222', /networking\.firewall/],
  ['no sshd', REFUSED, 'root', '', /services\.openssh/],
])('what to do fits the cause: %s', (_what, failure, user, settings, cure) => {
  if (settings !== '') {
    mkdirSync(path.join(toplevel, 'etc', 'ssh'), { recursive: true });
    writeFileSync(path.join(toplevel, 'etc', 'ssh', 'sshd_config'), `# sshd\n${settings}\n`);
  }
  expect(loginCure(failure, { user, port: 22 }, toplevel)).toMatch(cure);
});
