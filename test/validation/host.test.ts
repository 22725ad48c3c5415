import { describe, expect, it } from 'vitest';
import { comparableHost, hostProblem, normalizedHost } from '../../lib/validation/host';

const EXPECTED = 'a host name, an IPv4 address or an IPv6 address';
const CHARACTERS =
  'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots';
const NUMBER = 'a name does not end in a number, and an IPv4 address has four decimal numbers from 0 to 255';

describe('a host that ssh could misread or not dial is refused', () => {
  it.each([
    ['-oProxyCommand=x', '"-oProxyCommand=x"', 'a host does not start with a dash; ssh options are not given here'],
    ['', '""', 'give the host that ssh dials'],
    ['a b', '"a b"', CHARACTERS],
    ['a\nb', '"a\\nb"', CHARACTERS],
    ['a\r', '"a\\r"', CHARACTERS],
    ['x;touch y', '"x;touch y"', CHARACTERS],
    ['$(touch y)', '"$(touch y)"', CHARACTERS],
    ['`touch y`', '"`touch y`"', CHARACTERS],
    ['a|b', '"a|b"', CHARACTERS],
    ['a&b', '"a&b"', CHARACTERS],
    ['%h', '"%h"', CHARACTERS],
    ['${web.ip}', '"${web.ip}"', 'a Terraform expression is given as a token, not as text'],
    ['[::1]', '"[::1]"', 'write an IPv6 address without brackets and the port as `port` in the ssh options'],
    ['[::1]:22', '"[::1]:22"', 'write an IPv6 address without brackets and the port as `port` in the ssh options'],
    ['fe80::1%eth0', '"fe80::1%eth0"', 'a zone is known on one machine only; give an address without one'],
    ['root@web', '"root@web"', 'give the host alone and the user as `user` in the ssh options'],
    [
      'ssh://web:22',
      '"ssh://web:22"',
      'give the host alone, the user as `user` and the port as `port` in the ssh options',
    ],
    ['web:22', '"web:22"', 'give the host alone and the port as `port` in the ssh options'],
    ['bücher.example', '"bücher.example"', 'write its ASCII form: "xn--bcher-kva.example"'],
    ['💻', '"💻"', 'write its ASCII form: "xn--3s8h"'],
    ['a\u202eb', '"a\\u202eb"', 'write it with printable ASCII characters only'],
    ['1.2.3', '"1.2.3"', 'an IPv4 address has four numbers from 0 to 255'],
    ['1.2.3.256', '"1.2.3.256"', 'an IPv4 address has four numbers from 0 to 255'],
    ['0x0a.0.0.1', '"0x0a.0.0.1"', NUMBER],
    ['0x7F', '"0x7F"', NUMBER],
    ['web.0x', '"web.0x"', NUMBER],
    ['web.1.', '"web.1."', NUMBER],
    ['.', '"."', CHARACTERS],
    ['a..b', '"a..b"', CHARACTERS],
    ['-a.b', '"-a.b"', 'a host does not start with a dash; ssh options are not given here'],
    [null, 'null', 'the Terraform value is null; refer to an attribute that holds the address'],
    [undefined, 'nothing', 'give the host as a string'],
    [22, '22', 'give the host as a string'],
  ])('the host %j is refused', (host, given, fix) => {
    expect(hostProblem(host)).toEqual({ given, expected: EXPECTED, fix });
  });

  it('a host name of 254 characters is refused', () => {
    const host = `${'a.'.repeat(126)}bb`;
    expect(hostProblem(host)).toEqual({
      given: `"${'a.'.repeat(30)}"... (254 characters)`,
      expected: EXPECTED,
      fix: 'a host name has at most 253 characters',
    });
  });
});

describe('every spelling that ssh can dial is accepted, and has one normal form', () => {
  it.each([
    ['web', 'web'],
    ['Web.Example.COM.', 'web.example.com'],
    ['my_host-1.lan', 'my_host-1.lan'],
    ['203.0.113.7', '203.0.113.7'],
    ['2001:DB8:0:0:0::1', '2001:db8::1'],
    ['::1', '::1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['web.0xg', 'web.0xg'],
    ['1.web', '1.web'],
    [`${'a.'.repeat(126)}b`, `${'a.'.repeat(126)}b`],
  ])('the host %s is accepted, and has one normal form', (host, normal) => {
    expect(hostProblem(host)).toBeUndefined();
    expect(normalizedHost(host)).toBe(normal);
  });
});

it.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:c0a8:0101', '192.168.1.1'],
  ['10.0.0.1', '10.0.0.1'],
  ['Web.', 'web'],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
])('the host %s is compared as %s', (host, comparable) => {
  expect(comparableHost(host)).toBe(comparable);
});
