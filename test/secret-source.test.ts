import { Fn, TerraformVariable } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { SecretSource } from '../lib/secret-source';
import { stack, useProject } from './support/project';
import { refusal } from './support/refusal';

useProject();

const any = (value: unknown) => value as never;
const PATH = 'the path of a file: absolute, from ~/, or relative to the folder of cdktf.json';
const ARGV = 'a program and its arguments as a list of strings';
const VARIABLE = 'the name of an environment variable';
const KEY = 'the name of an entry, or the names on the way to it, without quotes, brackets and control characters';
const token = () => new TerraformVariable(stack, 'file', { type: 'string' }).stringValue;

describe('a source is refused where it is written', () => {
  it.each<[string, () => unknown, string]>([
    ['no file', () => SecretSource.file(''), `file: got "", expected ${PATH}; give it as a string`],
    ['a token as file', () => SecretSource.file(token()), 'file: got a Terraform token'],
    [
      'a private key as file',
      () => SecretSource.age('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n'),
      '[SecretSource.age] file: got a text that is no path (not shown)',
    ],
    [
      'an identity that is no path',
      () => SecretSource.age('token.age', [any(1)]),
      '[SecretSource.age] identityFiles[0]: got 1',
    ],
    [
      'a command line as one text',
      () => SecretSource.command(any('pass api/token')),
      `[SecretSource.command] argv: got "pass api/token", expected ${ARGV}; write ["sh", "-c", "..."] for a shell`,
    ],
    ['no program', () => SecretSource.command([]), `got an empty list, expected ${ARGV}; name the program first`],
    ['an argument that is a number', () => SecretSource.command(any(['pass', 1])), 'got 1, expected'],
    ['an argument with a NUL', () => SecretSource.command(['pass', 'a\0b']), 'give each argument as a string'],
    [
      'a variable as the shell writes it',
      () => SecretSource.environment('$TOKEN'),
      `[SecretSource.environment] name: got "$TOKEN", expected ${VARIABLE}; give the name of the variable, without $`,
    ],
    [
      'a literal for Terraform',
      () => SecretSource.terraform('hunter22'),
      '[SecretSource.terraform] value: got a literal (not shown), expected a token of an ephemeral resource or variable; a literal ' +
        'would be in the synthesized JSON: use SecretSource.file, .command or .environment',
    ],
    ['no key', () => SecretSource.sops('a.yaml', []), `[SecretSource.sops] key: got an empty list, expected ${KEY}`],
    [
      'a key with a quote',
      () => SecretSource.sops('a.yaml', ['a', 'b"]']),
      `[SecretSource.sops] key: got "b\\"]", expected ${KEY}`,
    ],
  ])('%s is refused', (_, source, message) => {
    expect(refusal(source)).toContain(message);
  });

  it('a literal for Terraform is not repeated in the message', () => {
    expect(refusal(() => SecretSource.terraform('hunter22'))).not.toContain('hunter22');
  });
});

it('what is given to a source later does not change it', () => {
  const argv = ['pass', 'api/token'];
  const source = SecretSource.command(argv);
  argv.push('more');
  expect(source._origin).toEqual({ kind: 'command', argv: ['pass', 'api/token'] });
});

it('a text around a token is a token', () => {
  expect(SecretSource.terraform(`user:${token()}`)._origin).toMatchObject({ kind: 'terraform' });
  expect(SecretSource.terraform(Fn.base64encode('x'))._origin).toMatchObject({ kind: 'terraform' });
});
