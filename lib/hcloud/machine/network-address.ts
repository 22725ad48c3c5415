import { isIP, isIPv4 } from 'node:net';
import { display } from '../../validation/display';
import type { Problem } from '../../validation/problem';

/** The problem with an address in a private network, if there is one. Hetzner's are IPv4. */
export function privateIpProblem(ip: unknown): Problem | undefined {
  if (typeof ip === 'string' && isIPv4(ip)) return undefined;
  return { given: display(ip), expected: 'an IPv4 address of the subnet', fix: 'write for example 10.0.1.5' };
}

/** The problem with a network that a firewall lets in, if there is one. */
export function sourceProblem(source: unknown): Problem | undefined {
  const expected = 'a network or an address: 203.0.113.0/24, 203.0.113.7, 2001:db8::/32';
  const [address = '', prefix, ...rest] = typeof source === 'string' ? source.split('/') : [];
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return { given: display(source), expected, fix: sourceFix(source) };
  if (prefix === undefined) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (!/^[0-9]{1,3}$/.test(prefix) || Number(prefix) > bits)
    return { given: display(source), expected, fix: `the length of its prefix is a number from 0 to ${bits}` };
  const network = networkOf(address, Number(prefix), version === 4);
  return network ? undefined : { given: display(source), expected, fix: 'give the first address of the network' };
}

function sourceFix(source: unknown): string {
  const anybody = typeof source === 'string' && /^(any|all|\*|everybody|everyone|internet)$/i.test(source);
  return anybody ? 'for everybody, write 0.0.0.0/0 and ::/0' : 'names are not possible: give addresses';
}

/** Whether the address has no bit after the prefix: Hetzner refuses it otherwise. */
function networkOf(address: string, prefix: number, isVersion4: boolean): boolean {
  const bits = isVersion4 ? bitsOf(address.split('.').map(Number), 8) : bitsOf(groupsOf(address), 16);
  return !bits.slice(prefix).includes('1');
}

function bitsOf(groups: readonly number[], width: number): string {
  return groups.map((group) => group.toString(2).padStart(width, '0')).join('');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const split = (text: string | undefined) => (text ? text.split(':').map((group) => Number.parseInt(group, 16)) : []);
  const [left, right] = [split(head), split(tail)];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
