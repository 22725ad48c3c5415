import { Fn, TerraformVariable } from 'cdktf';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SecretSource } from '../lib/secret-source';
import { stack, useProject } from './support/project';
import { refusal } from './support/refusal';

useProject();
afterEach(() => void vi.unstubAllEnvs());

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
      '[SecretSource.age] identityFiles[0]: got a number (not shown)',
    ],
    [
      'a command line as one text',
      () => SecretSource.command(any('pass api/token')),
      `[SecretSource.command] argv: got a text (not shown), expected ${ARGV}; write ["sh", "-c", "..."] for a shell`,
    ],
    ['no program', () => SecretSource.command([]), `got an empty list, expected ${ARGV}; name the program first`],
    [
      'an argument that is a number',
      () => SecretSource.command(any(['pass', 1])),
      'got a number (not shown) as element 1, expected',
    ],
    [
      'an argument that a variable does not have',
      () => SecretSource.command(['pass', any(process.env.NO_SUCH_VARIABLE)]),
      `argv: got nothing as element 1, expected ${ARGV}; give each argument as a string`,
    ],
    [
      'an argument with a NUL',
      () => SecretSource.command(['pass', 'a\0b']),
      'got a text (not shown) as element 1, expected',
    ],
    [
      'a variable as the shell writes it',
      () => SecretSource.environment('$TOKEN'),
      `[SecretSource.environment] name: got a text (not shown), expected ${VARIABLE}; give the name of the variable, without $, and not its value`,
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

  it.each<[string, () => unknown]>([
    ['a literal for Terraform', () => SecretSource.terraform('hunter22')],
    ['a number for Terraform', () => SecretSource.terraform(any(4711))],
    ['a text as command', () => SecretSource.command(any('hunter22'))],
    ['a number as argument', () => SecretSource.command(any(['x', 4711]))],
    ['an argument with a NUL', () => SecretSource.command(['x', 'hunter22\0'])],
    ['the value of a variable', () => SecretSource.environment('hunter22!')],
    ['a file with a NUL', () => SecretSource.file('hunter22\0')],
  ])('%s is not repeated in the message', (_, source) => {
    expect(refusal(source)).not.toMatch(/hunter22|4711/);
  });

  it('the value of a variable is refused as its name, also if a variable could be called so', () => {
    vi.stubEnv('API_TOKEN', 'ghp_abc');
    expect(refusal(() => SecretSource.environment(process.env.API_TOKEN as string))).toBe(
      '[SecretSource.environment] name: got the value of the variable API_TOKEN (not shown), expected the name of a ' +
        'variable; write SecretSource.environment("API_TOKEN")',
    );
  });

  it('a name that a variable has is accepted where that variable is set', () => {
    vi.stubEnv('TOKEN_VARIABLE', 'API_TOKEN');
    vi.stubEnv('API_TOKEN', 'ghp_abc');
    const { _origin } = SecretSource.environment(process.env.TOKEN_VARIABLE as string);
    expect(_origin).toEqual({ kind: 'environment', name: 'API_TOKEN' });
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
