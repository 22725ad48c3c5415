import { expect, it } from 'vitest';
import { printableCommand, withoutCredentials } from '../../../lib/evaluation/nix/credentials';
import { EvaluationError } from '../../../lib/evaluation/nix/evaluation-error';

it.each([
  ['https://user:secret@host/a.tar.gz?x=y', 'https://...@host/a.tar.gz?x=y'],
  ['git+https://secret@host/repo?ref=a@b', 'git+https://...@host/repo?ref=a@b'],
  [
    'NIX_PATH=nixpkgs=https://u:secret@host/n:x=http://secret@other',
    'NIX_PATH=nixpkgs=https://...@host/n:x=http://...@other',
  ],
  ['https://u:sec@ret@host', 'https://...@host'],
  [
    'https://host/archive?private_token=secret&narHash=sha256-x',
    'https://host/archive?private_token=...&narHash=sha256-x',
  ],
  ["unable to download 'https://u:secret@host/': 401", "unable to download 'https://...@host/': 401"],
  ['git+ssh://git:secret@host/repo', 'git+ssh://git:...@host/repo'],
])('a credential in %s is not shown', (text, shown) => {
  expect(withoutCredentials(text)).toBe(shown);
});

it.each(['git+ssh://git@github.com/a/b', 'https://host/a@b', 'github:a/b?dir=c', 'root@host: path:/a/b@c'])(
  'a text without a credential stays as it is: %s',
  (text) => {
    expect(withoutCredentials(text)).toBe(text);
  },
);

it.each(['access-tokens', 'netrc-file', 'secret-key-files', 'my-password', 'some-secret', 'plugin-token'])(
  'a command leaves the value of the setting %s to the reader',
  (name) => {
    expect(printableCommand(['nix', '--option', name, 'x', 'y'])).toEqual({
      words: ['nix', '--option', name, '...', 'y'],
      hidden: [name],
    });
  },
);

it('a command without credentials is printed as it is', () => {
  const words = ['nix', '--option', 'trusted-public-keys', 'cache-1:AAAA=', '--option', 'max-jobs', '1'];
  expect(printableCommand(words)).toEqual({ words, hidden: [] });
});

it("the message of an error holds no credentials, neither of the request nor of Nix's output", () => {
  const error = new EvaluationError({ subject: 'flake https://t1@host/x', reason: "no 'https://u:t2@host/y'" });
  expect(error.message).toBe("flake https://...@host/x cannot be evaluated: no 'https://...@host/y'");
});
