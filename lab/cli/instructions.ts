import type { LabHost } from '..';
import { environment } from '../../scripts/setup/environment.mjs';
import { loginArguments } from '../ssh';
import { DISTRIBUTION } from '../systems/systems';

/** The code of a program that deploys to a host. */
export function machineFor({ name, address, port, user, hostKey, identityFile }: LabHost): string {
  const sudo = user === 'root' ? '' : ', privilegeEscalation: PrivilegeEscalation.SUDO';
  return `const ${constantFor(name)} = NixosMachine.fromHost(stack, '${name}', {
  host: '${address}',
  hostKeys: HostKeys.pinned(['${hostKey}']),
  ssh: { user: '${user}', port: ${port}, identityFile: '${identityFile}'${sudo} },
});`;
}

/** How to deploy to the hosts. @param written data files of an example; undefined: none were asked for */
export function instructions(hosts: readonly LabHost[], written?: readonly string[]): string {
  const names = ['HostKeys', 'NixosMachine', ...(hosts[0]!.user === 'root' ? [] : ['PrivilegeEscalation'])];
  const code = [`import { ${names.join(', ')} } from 'cdktf-nixos';`, ...hosts.map(machineFor)].join('\n\n');
  return `
${hosts.length === 1 ? 'One host is' : `${hosts.length} hosts are`} up. In your program:

${indented(code)}
${written === undefined ? '' : `\nWritten for the copy of the example:\n\n${indented(written.join('\n'))}\n`}
To look at them:

${indented(hosts.map((host) => ['ssh', ...loginArguments(host)].join(' ')).join('\n'))}

In the shell that deploys, set what the tests use (Nix's settings, the null provider):

${indented(exports())}

The first time, pass --skip-provider-lock to cdktf diff or deploy if Terraform's registry cannot be reached.

The hosts run a small stand-in for NixOS; your flake builds systems for them if its input nixpkgs is that. In the flake's
folder, a git repository:

${indented(`nix flake lock --override-input nixpkgs 'path:${DISTRIBUTION}'`)}

${written === undefined ? ownKey(hosts[0]!) : ''}Ctrl-C ends and removes the hosts; so does the end of process ${process.pid} for any other reason.
`;
}

function ownKey({ identityFile }: LabHost): string {
  return `A configuration that sets the login's keys (deploy-key.pub in the examples) must name this one:

${indented(`cp '${identityFile}.pub' deploy-key.pub`)}

`;
}

/** Host names have dashes, constants have none. */
function constantFor(name: string): string {
  return name.replace(/-+(.?)/g, (_, letter: string) => letter.toUpperCase());
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
