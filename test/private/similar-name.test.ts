import { expect, it } from 'vitest';
import { similarName } from '../../lib/private/similar-name';

it.each([
  ['ngnix', ['nginx', 'nix', 'unbound'], 'nginx'],
  ['dbEndpont', ['dbEndpoint', 'apiEndpoint'], 'dbEndpoint'],
  ['allowedTcpPorts', ['allowedUDPPorts', 'allowedTCPPorts'], 'allowedTCPPorts'],
  ['enabled', ['package', 'enable'], 'enable'],
  ['x', ['y', 'abc'], 'y'],
])('the name that %s probably means is found', (name, names, meant) => {
  expect(similarName(name, names)).toBe(meant);
});

it.each([
  ['ngnix', ['openssh', 'unbound']],
  ['name', []],
])('no name is guessed for %s', (name, names) => {
  expect(similarName(name, names)).toBe(undefined);
});
