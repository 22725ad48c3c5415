import { expect, it } from 'vitest';
import { copyArguments } from '../../../lib/client/copy/nix-copier';
import { escalationNamed } from '../../../lib/job/escalation';
import { TOPLEVEL } from '../support/job';

it('a copy with nix bounds the receiving process on the host', () => {
  expect(copyArguments(TOPLEVEL, 600, escalationNamed('none'))).toEqual([
    '--extra-experimental-features',
    'nix-command',
    'copy',
    '--no-check-sigs',
    '--to',
    'ssh://target?remote-program=timeout%20-k%205%20600%20nix-store',
    TOPLEVEL,
  ]);
});

it('a copy with nix is received as root when the user is not root', () => {
  expect(copyArguments(TOPLEVEL, 600, escalationNamed('sudo'))).toContain(
    'ssh://target?remote-program=sudo%20-n%20timeout%20-k%205%20600%20nix-store',
  );
});
