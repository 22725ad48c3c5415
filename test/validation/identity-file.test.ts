import { expect, it } from 'vitest';
import { identityFileProblem } from '../../lib/validation/identity-file';

const RELATIVE =
  'a relative path would depend on the directory that Terraform runs in; give an absolute one or start with ~/';
const CHARACTERS = 'use a path without %, $, ", \\ and control characters';

it.each([
  ['', '""', 'give a path, or leave it out to use the ssh agent'],
  ['keys/deploy', '"keys/deploy"', RELATIVE],
  ['-i/x', '"-i/x"', RELATIVE],
  ['~other/key', '"~other/key"', RELATIVE],
  ['$HOME/.ssh/id', '"$HOME/.ssh/id"', 'write ~/ for the home directory of the user who applies'],
  ['${HOME}/.ssh/id', '"${HOME}/.ssh/id"', 'write ~/ for the home directory of the user who applies'],
  ['/keys/%h', '"/keys/%h"', CHARACTERS],
  ['/keys/${x}', '"/keys/${x}"', CHARACTERS],
  ['/keys/a"b', '"/keys/a\\"b"', CHARACTERS],
  ['/keys/a\nProxyCommand x', '"/keys/a\\nProxyCommand x"', CHARACTERS],
  [null, 'null', 'give the path as a string, or leave it out to use the ssh agent'],
  [
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n',
    'a private key (not shown)',
    'give the path of its file; a key in the program would end up in the Terraform state',
  ],
])('the identity file %j is refused', (file, given, fix) => {
  const expected = 'the path of a private key: absolute, or starting with ~/';
  expect(identityFileProblem(file)).toEqual({ given, expected, fix });
});

it.each(['/home/me/.ssh/id_ed25519', '~/.ssh/id_ed25519', '/keys/with blank/key'])(
  'the identity file %s is accepted',
  (file) => {
    expect(identityFileProblem(file)).toBeUndefined();
  },
);
