import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IResolvable, LocalExecProvisioner } from 'cdktf';
import { DataResource, Fn, Lazy, TerraformLocal, TerraformOutput, TerraformVariable, Token } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { TerraformDigest, TerraformJson, TerraformText } from '../../lib/terraform/json';
import { project, stack, useProject } from '../support/project';

/** Texts that break something somewhere when they are pasted instead of escaped. */
const HOSTILE = [
  '${x}',
  '$${x}',
  '$$${x}',
  '%{ if true }',
  '%%{x}',
  '${',
  '%{',
  '$',
  '%',
  '{',
  '}',
  '"',
  "'",
  '`',
  '\\',
  '\\n',
  '\\u0041',
  '\\${x}',
  '\n',
  '\r\n',
  '\t\b\f\u0000\u007f',
  '\u2028\u2029\u0085',
  '😀𝒳',
  'e\u0301', // not normalised: Terraform would make it é
  '#{TfToken[nobody]}',
  '&{TfToken[nobody]}',
  '${TfToken[nobody]}',
  '1e5',
  '-1.5e+300',
  '</script>&',
  '$(id); `id` && |',
];

useProject();

/** What a program that Terraform starts finds in its environment. */
function delivered(text: IResolvable, options = { expectLog: 'log line' }): string {
  const file = path.join(project.directory, 'delivered');
  const provisioner: LocalExecProvisioner = {
    type: 'local-exec',
    command: 'printf %s "$DATA" >"$FILE"; echo "log line"',
    environment: { DATA: Token.asString(text), FILE: file },
  };
  new DataResource(stack, 'receiver', { provisioners: [provisioner] });
  project.synth();
  expect(project.terraform(['init'])).toMatchObject({ exitCode: 0 });
  const apply = project.terraform(['apply', '-auto-approve']);
  expect(apply.all).toContain('Apply complete');
  expect(apply.all).toContain(`(local-exec): ${options.expectLog}`);
  return readFileSync(file, 'utf8');
}

it('hostile literals arrive byte for byte, alone, as names and beside a token', () => {
  const known = new TerraformVariable(stack, 'known', { type: 'string', default: '"q" \\ ${z}\u2028' });
  const names = Object.fromEntries(HOSTILE.map((text, i) => [text, i]));
  const ascii = HOSTILE.filter((text) => text.normalize('NFC') === text);
  const beside = ascii.map((text) => `${text}${known.stringValue}${text}`);
  const json = new TerraformJson(() => ({ HOSTILE, names, beside }));
  const received = JSON.parse(delivered(json));
  expect(received.HOSTILE).toEqual(HOSTILE);
  expect(received.names).toEqual(names);
  expect(received.beside).toEqual(ascii.map((text) => `${text}"q" \\ \${z}\u2028${text}`));
});

it('tokens of every shape arrive as the JSON of their values', () => {
  const data = new DataResource(stack, 'data', { input: { list: ['a', 'b'], flag: true, none: null, port: 5432 } });
  const local = new TerraformLocal(stack, 'local', { nested: { text: 'x"y', list: [1, null] } });
  const value = {
    string: data.getStringAttribute('output.list[0]'),
    embedded: `port=${data.getStringAttribute('output.port')}!`,
    number: data.getNumberAttribute('output.port'),
    numberInText: `port=${data.getNumberAttribute('output.port')}`,
    list: data.getListAttribute('output.list'),
    boolean: data.getBooleanAttribute('output.flag'),
    null: data.interpolationForAttribute('output.none'),
    map: data.getAnyMapAttribute('output'),
    object: local.expression,
    call: Fn.join('-', [data.getStringAttribute('output.list[0]'), 'x']),
    listCall: Fn.concat([data.getListAttribute('output.list'), ['c']]),
    conditional: Fn.conditional(data.getBooleanAttribute('output.flag'), 'yes', 'no'),
    lazy: Lazy.stringValue({ produce: () => 'literal' }),
    lazyReference: Lazy.anyValue({ produce: () => ({ a: [data.getStringAttribute('output.list[1]')] }) }),
    [`name ${data.getStringAttribute('output.list[1]')}`]: 1,
    literals: [null, true, 0, -1.5, 1e300, 'text', {}, []],
    dropped: undefined,
  };
  expect(JSON.parse(delivered(new TerraformJson(() => value)))).toEqual({
    string: 'a',
    embedded: 'port=5432!',
    number: 5432,
    numberInText: 'port=5432',
    list: ['a', 'b'],
    boolean: true,
    null: null,
    map: { list: ['a', 'b'], flag: true, none: null, port: 5432 },
    object: { nested: { text: 'x"y', list: [1, null] } },
    call: 'a-x',
    listCall: ['a', 'b', 'c'],
    conditional: 'yes',
    lazy: 'literal',
    lazyReference: { a: ['b'] },
    'name b': 1,
    literals: [null, true, 0, -1.5, 1e300, 'text', {}, []],
  });
});

it('names that mean something to JavaScript are only names', () => {
  const text = '{"__proto__":{"polluted":1},"constructor":2,"toString":3}';
  const received = delivered(new TerraformJson(() => JSON.parse(text)));
  expect(Object.keys(JSON.parse(received)).sort()).toEqual(['__proto__', 'constructor', 'toString']);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

it('a sensitive value is delivered and the log of the provisioner is still shown', () => {
  const secret = new TerraformVariable(stack, 'secret', { type: 'string', default: 's3', sensitive: true });
  expect(delivered(new TerraformJson(() => ({ secret: secret.stringValue })))).toBe('{"secret":"s3"}');
});

it('a token of another stack arrives through the remote state', () => {
  const other = project.stack('other');
  const data = new DataResource(other, 'data', { input: { text: 'from "other"' } });
  const value = { text: data.getStringAttribute('output.text') };
  const json = new TerraformJson(() => value);
  new DataResource(stack, 'first', { triggersReplace: { json: json.toString() } });
  project.synth();
  expect(project.terraform(['init'], 'other').exitCode).toBe(0);
  expect(project.terraform(['apply', '-auto-approve'], 'other').exitCode).toBe(0);
  expect(JSON.parse(delivered(json))).toEqual({ text: 'from "other"' });
});

describe('the digest', () => {
  function outputs(values: { [name: string]: IResolvable }): { [name: string]: string } {
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value, sensitive: true });
    project.synth();
    expect(project.terraform(['init']).exitCode).toBe(0);
    expect(project.terraform(['apply', '-auto-approve']).all).toContain('Apply complete');
    const shown = JSON.parse(project.terraform(['output', '-json']).stdout);
    return Object.fromEntries(Object.entries(shown).map(([name, { value }]: [string, any]) => [name, value]));
  }

  it('the digest is the same for a literal and for a token with the same value, and another for another value', () => {
    const text = 'é "${x}" \\ 😀\n';
    const token = new TerraformVariable(stack, 'text', { type: 'string', default: text, sensitive: true });
    const digests = outputs({
      literal: new TerraformDigest({ b: 1.5, a: [text, null, true] }),
      token: new TerraformDigest({ a: [token.stringValue, null, true], b: 1.5 }),
      changed: new TerraformDigest({ b: 1.5, a: [`${text}.`, null, true] }),
    });
    expect(digests.literal).toMatch(/^[0-9a-f]{64}$/);
    expect(digests.token).toBe(digests.literal);
    expect(digests.changed).not.toBe(digests.literal);
  });

  it('the digest of a sensitive value stays sensitive', () => {
    const secret = new TerraformVariable(stack, 'secret', { type: 'string', default: 's3', sensitive: true });
    const trigger = new TerraformDigest([secret.stringValue]).toString();
    new DataResource(stack, 'data', { triggersReplace: { trigger } });
    project.synth();
    project.terraform(['init']);
    expect(project.terraform(['plan']).stdout).toMatch(/trigger\s+= \(sensitive value\)/);
  });
});

it('text is data: only its tokens are resolved', () => {
  const data = new DataResource(stack, 'data', { input: { id: 'i-1' } });
  const id = data.getStringAttribute('output.id');
  const texts = ['${x} %{y}', `$${id}$`, `%${id}`, id, 'plain', '$${x}'];
  texts.forEach((text, i) => new TerraformOutput(stack, `o${i}`, { value: new TerraformText(text) }));
  project.synth();
  project.terraform(['init']);
  expect(project.terraform(['apply', '-auto-approve']).all).toContain('Apply complete');
  const shown = JSON.parse(project.terraform(['output', '-json']).stdout);
  expect(texts.map((_, i) => shown[`o${i}`].value)).toEqual(['${x} %{y}', '$i-1$', '%i-1', 'i-1', 'plain', '$${x}']);
});
