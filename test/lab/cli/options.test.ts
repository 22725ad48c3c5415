import { expect, it } from 'vitest';
import { labOptions, USAGE } from '../../../lab/cli/options.mjs';

it('the lab makes one NixOS-like host for root unless it is asked for others', () => {
  expect(labOptions([])).toEqual({ names: ['host1'], host: { shape: 'nixos', login: 'root' } });
});

it('the lab takes all its options', () => {
  const args = '--hosts 3 --name web --shape systemd --login root --write there'.split(' ');
  const host = { shape: 'systemd', login: 'root' };
  expect(labOptions(args)).toEqual({ names: ['web1', 'web2', 'web3'], host, write: 'there' });
});

it('the lab leaves the names of the hosts to the copy of an example, unless it is given some', () => {
  expect(labOptions(['--write', 'there'])).toMatchObject({ names: undefined, write: 'there' });
  expect(labOptions(['--write', 'there', '--hosts', '2'])).toMatchObject({ names: ['host1', 'host2'] });
});

it('the lab makes no hosts when it is asked for help', () => {
  expect(labOptions(['--hosts', '2', '--help'])).toBeUndefined();
});

it.each([
  [['--hosts', '0'], '--hosts: got 0, expected a whole number from 1 to 30'],
  [['--hosts', 'two'], '--hosts: got two, expected a whole number from 1 to 30'],
  [['--name', 'Web'], '--name: got Web, expected a lower-case letter, then letters, digits or "-"'],
  [['--shape', 'debian'], '--shape: got debian, expected plain or systemd or nixos'],
  [['--login', 'ann'], '--login: got ann, expected root or sudo'],
  [['--login', 'sudo', '--write', 'there'], '--write: got --login sudo, expected --login root'],
  [['--helped'], "Unknown option '--helped'"],
])('the lab refuses %j and prints its usage', (args, message) => {
  expect(() => labOptions(args)).toThrow(message);
  expect(() => labOptions(args)).toThrow(USAGE);
});
