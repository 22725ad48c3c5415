import path from 'node:path';
import { HostKeys } from '../../../../lib/host-keys';
import { NixosDeployment, type NixosDeploymentProps } from '../../../../lib/nixos-deployment';
import { NixosMachine } from '../../../../lib/nixos-machine';
import { configuration } from '../../../support/configuration';
import { project, stack } from '../../../support/project';
import { ed25519 } from '../../../support/public-keys';

/** An encrypted file of the fixtures. */
export function fixture(name: string): string {
  return path.join(__dirname, '..', '..', '..', 'fixtures', 'secrets', name);
}

/** A deployment in the test's project. */
export function deploy(props: Partial<NixosDeploymentProps>, id = 'web'): NixosDeployment {
  const hostKeys = HostKeys.pinned([ed25519()]);
  const machine = NixosMachine.fromHost(stack, `${id}-host`, { host: `${id}.example`, hostKeys });
  return new NixosDeployment(stack, id, { machine, configuration: configuration(), ...props });
}

/** The resource of a deployment in the synthesized JSON. */
export function resource(id = 'web'): any {
  return project.synth().resource.null_resource[id];
}

const modules = path.join(__dirname, '..', '..', '..', '..', 'nix', 'modules');

/** The NixOS module that declares secrets. */
export const secretsModule = { file: path.join(modules, 'secrets.nix'), root: modules };
