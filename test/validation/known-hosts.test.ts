import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KnownHosts } from '../../lib/validation/known-hosts';
import { ecdsa, ed25519, rsa } from '../support/public-keys';

function found(content: string, host = 'web.example', port = 22): string[] {
  const { entries, problem } = new KnownHosts(content).keysFor(host, port);
  expect(problem).toBeUndefined();
  return entries.map(({ publicKey, certificateAuthority }) => `${certificateAuthority ? 'CA ' : ''}${publicKey}`);
}

describe('a line counts for the hosts that ssh would count it for', () => {
  it.each([
    [`web.example ${ed25519()}`, 'web.example', 22],
    [`WEB.example ${ed25519()} comment`, 'Web.Example', 22],
    [`other,web.example ${ed25519()}`, 'web.example', 22],
    [`*.example ${ed25519()}`, 'web.example', 22],
    [`w?b.example ${ed25519()}`, 'web.example', 22],
    [`[web.example]:2222 ${ed25519()}`, 'web.example', 2222],
    [`[2001:db8::1]:2222 ${ed25519()}`, '2001:db8::1', 2222],
    [`2001:db8::1 ${ed25519()}`, '2001:DB8::1', 22],
  ])('the line %s counts for %s port %d', (line, host, port) => {
    expect(found(`# comment\n\n${line}\r\n`, host, port)).toEqual([ed25519()]);
  });

  it.each([
    [`web.example ${ed25519()}`, 'web.example', 2222],
    [`[web.example]:2222 ${ed25519()}`, 'web.example', 22],
    [`*.example,!web.example ${ed25519()}`, 'web.example', 22],
    [`webxexample ${ed25519()}`, 'web.example', 22],
    [`# web.example ${ed25519()}`, 'web.example', 22],
    [`|2|x|y ${ed25519()}`, 'web.example', 22],
  ])('the line %s does not count for %s port %d', (line, host, port) => {
    expect(new KnownHosts(line).keysFor(host, port).problem?.given).toContain('no usable key for');
  });

  it('a line counts for a name that ssh-keygen has hashed', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'known-hosts-'));
    try {
      const file = path.join(directory, 'known_hosts');
      writeFileSync(file, `web.example ${ed25519(1)}\n[web.example]:2222 ${ed25519(2)}\n`);
      execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
      const content = readFileSync(file, 'utf8');
      expect(content).not.toContain('web.example');
      expect(found(content)).toEqual([ed25519(1)]);
      expect(found(content, 'web.example', 2222)).toEqual([ed25519(2)]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

it('a file gives all keys of a host, and its markers mean what they mean to ssh', () => {
  const content = [
    `web.example ${ed25519()}`,
    `web.example ${rsa}`,
    `@revoked * ${rsa}`,
    `@cert-authority other.example ${ecdsa}`,
  ].join('\n');
  expect(found(content)).toEqual([ed25519()]);
  expect(found(`@cert-authority *.example ${ecdsa}`)).toEqual([`CA ${ecdsa}`]);
});

describe('a file that would let in another host', () => {
  it('a file without a key for the host is refused', () => {
    expect(new KnownHosts('').keysFor('web.example', 22).problem).toEqual({
      given: 'no usable key for "web.example"',
      expected: 'at least one line for that host',
      fix: 'add the line of its key, read on the host itself from /etc/ssh/ssh_host_ed25519_key.pub',
    });
  });

  it('a file with nothing but a revoked key for the host is refused', () => {
    const content = `web.example ${ed25519()}\n@revoked web.example ${ed25519()}`;
    expect(new KnownHosts(content).keysFor('web.example', 22).problem?.given).toBe('no usable key for "web.example"');
  });

  it('a key that is cut off is refused, with its line', () => {
    const content = `\nweb.example ${ed25519().slice(0, 30)}`;
    const { problem } = new KnownHosts(content).keysFor('web.example', 22);
    expect(problem?.given).toBe(`"${ed25519().slice(0, 30)}" in line 2`);
  });

  it('an authority beside a revoked key is refused: its certificates would still be accepted', () => {
    const content = `@cert-authority * ${ed25519()}\n@revoked * ${rsa}`;
    expect(new KnownHosts(content).keysFor('web.example', 22).problem).toEqual({
      given: '@cert-authority in line 1 together with @revoked',
      expected: 'one of them for a host',
      fix: 'pin the keys of the host: a certificate of a revoked key would be accepted',
    });
  });
});
