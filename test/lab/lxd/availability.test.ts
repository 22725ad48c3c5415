import { expect, it } from 'vitest';
import { lxdUnavailability, type Machine } from '../../../lab/lxd/availability';

const debian: Machine = { hasFile: () => true, read: () => 'someone:1:2\nroot:100000:65536\n' };

it('a lab can have an LXD on a Debian with its packages', () => {
  expect(lxdUnavailability(debian)).toBeUndefined();
});

it.each<[string, Partial<Machine>, string]>([
  [
    'a missing program',
    { hasFile: (file) => file !== '/usr/bin/lxc' },
    'LXD is missing: install the packages of lab/lxd/packages.txt',
  ],
  [
    'no users for containers',
    { read: (file) => (file === '/etc/subgid' ? 'someone:1:2\n' : debian.read(file)) },
    'LXD needs a range of users for its containers: root has none in /etc/subgid',
  ],
])('a lab gives the reason why it can have no LXD: %s', (_what, difference, reason) => {
  expect(lxdUnavailability({ ...debian, ...difference })).toBe(reason);
});
