import { expect, it } from 'vitest';
import { unavailability, type Machine } from '../../lab/availability';

const debian: Machine = {
  platform: 'linux',
  root: true,
  hasProgram: () => true,
  hasFile: () => true,
  namespaces: () => undefined,
};

it('the lab runs on a Debian with its packages', () => {
  expect(unavailability(debian)).toBeUndefined();
});

it.each<[string, Partial<Machine>, string]>([
  ['another system', { platform: 'darwin' }, 'the lab needs Linux, this is darwin'],
  ['an ordinary user', { root: false }, 'the lab needs root'],
  [
    'missing programs',
    { hasProgram: (name) => !['fish', 'zstd'].includes(name) },
    'the lab needs fish, zstd: install the packages of lab/packages.txt',
  ],
  [
    'missing files',
    { hasFile: (file) => !file.includes('/user/') },
    'the lab needs dbus-user-session: install the packages of lab/packages.txt',
  ],
  [
    'a container that may not mount',
    { namespaces: () => 'unshare failed: Operation not permitted' },
    'the lab needs namespaces and mounts, which fail here: unshare failed: Operation not permitted',
  ],
])('the lab gives the reason why it cannot run: %s', (_what, difference, reason) => {
  expect(unavailability({ ...debian, ...difference })).toBe(reason);
});
