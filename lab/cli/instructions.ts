import path from 'node:path';
import type { LabHost } from '..';
import { environment, root } from '../../scripts/setup/environment.mjs';

/** What the hosts run is built of this: a flake has it as its nixpkgs. */
const DISTRIBUTION = path.join(root, 'test', 'fixtures', 'distribution');

/** A machine as a program of the user's has it. */
export function machineFor({ name, address, port, user, hostKey, identityFile }: LabHost): string {
  const sudo = user === 'root' ? '' : ', privilegeEscalation: PrivilegeEscalation.SUDO';
  return `const ${name} = NixosMachine.fromHost(stack, '${name}', {
  host: '${address}',
  hostKeys: HostKeys.pinned(['${hostKey}']),
  ssh: { user: '${user}', port: ${port}, identityFile: '${identityFile}'${sudo} },
});`;
}

/** What somebody needs who wants to deploy to the hosts, from the first import to the end of them. */
export function instructions(hosts: readonly LabHost[]): string {
  const names = ['HostKeys', 'NixosMachine', ...(hosts[0]!.user === 'root' ? [] : ['PrivilegeEscalation'])];
  const code = [`import { ${names.join(', ')} } from 'cdktf-nixos';`, ...hosts.map(machineFor)].join('\n\n');
  return `
${hosts.length === 1 ? 'One host is' : `${hosts.length} hosts are`} up. In your program:

${indented(code)}

In the shell that deploys, as the tests have it (Nix from its own folder of settings, the null provider from ours):

${indented(exports())}

The hosts run a small stand-in for NixOS, and a system for them is built of it. In your flake's folder, which git knows and
whose input is called nixpkgs:

${indented(`nix flake lock --override-input nixpkgs 'path:${DISTRIBUTION}'`)}

A configuration that names keys for the login (the example's deploy-key.pub) must name this one:

${indented(`cp '${hosts[0]!.identityFile}.pub' deploy-key.pub`)}

Ctrl-C ends the hosts and removes all of them; so does the end of process ${process.pid}, in whatever way.
`;
}

/** Variables as a POSIX shell takes them; a value may have line breaks. */
function exports(): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  return Object.entries(environment())
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join('\n');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
