import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { display } from './display';
import type { Problem } from './problem';

const EXPECTED = 'a host name, an IPv4 address or an IPv6 address';
const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;
/**
 * The last label is a number: the URL standard takes such a name for an IPv4 address, and so do programs that know
 * hexadecimal, octal or shortened ones. It would be a second spelling of a host.
 */
const NUMERIC_END = /(^|\.)([0-9]+|0x[0-9a-f]*)$/i;
/** The limit of a DNS name in its written form (RFC 1035, section 2.3.4). */
const MAX_LENGTH = 253;

/** The problem with a host that ssh is to dial, if there is one. */
export function hostProblem(host: unknown): Problem | undefined {
  if (host === null) return problem(host, 'the Terraform value is null; refer to an attribute that holds the address');
  if (typeof host !== 'string') return problem(host, 'give the host as a string');
  if (isIPv4(host) || (isIPv6(host) && !host.includes('%'))) return undefined;
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  if (name.length > MAX_LENGTH) return problem(host, `a host name has at most ${MAX_LENGTH} characters`);
  const looksNumeric = NUMERIC_END.test(name);
  if (!looksNumeric && name.split('.').every((label) => LABEL.test(label))) return undefined;
  return problem(host, fix(host, looksNumeric));
}

/** One spelling for each host: lower case, no trailing dot, the short form of an IPv6 address. */
export function normalizedHost(host: string): string {
  if (isIPv6(host)) return new URL(`http://[${host}]`).hostname.slice(1, -1);
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** The same for every spelling of one host. Unlike the normal form, it is in no state. */
export function comparableHost(host: string): string {
  const normal = normalizedHost(host);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(normal);
  if (mapped === null) return normal;
  const [high, low] = mapped.slice(1).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function problem(host: unknown, advice: string): Problem {
  return { given: display(host), expected: EXPECTED, fix: advice };
}

function fix(host: string, looksNumeric: boolean): string {
  if (host === '') return 'give the host that ssh dials';
  if (host.includes('${')) return 'a Terraform expression is given as a token, not as text';
  if (host.startsWith('-')) return 'a host does not start with a dash; ssh options are not given here';
  if (/^[a-z]+:\/\//i.test(host))
    return 'give the host alone, the user as `user` and the port as `port` in the ssh options';
  if (host.includes('@')) return 'give the host alone and the user as `user` in the ssh options';
  if (/^\[.*\]/.test(host)) return 'write an IPv6 address without brackets and the port as `port` in the ssh options';
  if (host.includes('%') && isIPv6(host)) return 'a zone is known on one machine only; give an address without one';
  if (/^[^:]+:\d+$/.test(host)) return 'give the host alone and the port as `port` in the ssh options';
  if (looksNumeric && /^[0-9.]+$/.test(host)) return 'an IPv4 address has four numbers from 0 to 255';
  if (looksNumeric)
    return 'a name does not end in a number, and an IPv4 address has four decimal numbers from 0 to 255';
  if (/[^\u0000-\u007f]/.test(host)) return asciiFix(host);
  return 'a host name has letters, digits, dashes, underscores and dots, and at most 63 characters between two dots';
}

function asciiFix(host: string): string {
  const ascii = domainToASCII(host);
  const usable = ascii !== '' && hostProblem(ascii) === undefined;
  return usable ? `write its ASCII form: ${display(ascii)}` : 'write it with printable ASCII characters only';
}
