import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DataResource, Fn, type ITerraformDependable } from 'cdktf';
import { HostKeys, NixosMachine, type SshOptions } from 'cdktf-nixos';
import type { Construct } from 'constructs';

export interface LxdMachineProps {
  /** The image of a new container, by its alias. A container that exists keeps its disk. */
  readonly image: string;
  /** The private host key of the container; its public half is beside it (`.pub`). Neither is in the state. */
  readonly hostKeyFile: string;
  /** Port N of the container is port `firstPort` + N of this computer. */
  readonly firstPort: number;
  /** The TCP ports to open besides that of ssh. May be a token, for example an option of NixOS. */
  readonly openPorts?: string[];
  /** How to log in. */
  readonly ssh?: SshOptions;
}

/** A container of the LXD on the computer that applies. Its name is the construct's id. */
export class LxdMachine extends NixosMachine {
  readonly host: string;
  readonly identity: string;
  readonly hostKeys: HostKeys;
  readonly ssh: SshOptions;
  readonly dependencies: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LxdMachineProps) {
    super(scope, id);
    const { image, hostKeyFile, firstPort, openPorts = [] } = props;
    const hostKey = path.resolve(hostKeyFile);
    const container = new DataResource(this, 'Default', {
      input: { name: id, address: '127.0.0.1' },
      provisioners: [
        { type: 'local-exec', command: CREATE, environment: { NAME: id, IMAGE: image, HOST_KEY: hostKey } },
        { type: 'local-exec', command: DELETE, environment: { NAME: '${self.output.name}' }, when: 'destroy' },
      ],
    });
    const ports = new DataResource(this, 'ports', {
      triggersReplace: { container: container.id, firstPort, openPorts },
      provisioners: [
        {
          type: 'local-exec',
          command: FORWARD,
          environment: { NAME: id, FIRST: String(firstPort), PORTS: Fn.join(' ', openPorts) },
        },
      ],
    });
    this.host = container.getStringAttribute('output.address');
    this.identity = container.id;
    this.hostKeys = HostKeys.pinned([readFileSync(`${hostKey}.pub`, 'utf8').trim()]);
    this.ssh = { ...props.ssh, port: firstPort + 22 };
    this.dependencies = [ports];
  }
}

/** An apply that was interrupted leaves an unfinished container, which the next one replaces. */
const CREATE = `set -eu
[ "$(lxc config get "$NAME" user.unfinished 2>/dev/null)" != true ] || lxc delete --force "$NAME"
lxc init --quiet "$IMAGE" "$NAME" --config user.unfinished=true
lxc file push --quiet --create-dirs --uid 0 --gid 0 --mode 0600 "$HOST_KEY" "$NAME/etc/ssh/ssh_host_ed25519_key"
lxc start --quiet "$NAME"
lxc config unset "$NAME" user.unfinished`;

/** It does not fail if somebody deleted the container by hand. */
const DELETE = `set -eu
names=$(lxc list --format csv --columns n)
! printf '%s\\n' "$names" | grep -qxF "$NAME" || lxc delete --force "$NAME"`;

const FORWARD = `set -eu
for device in $(lxc config device list "$NAME"); do
  case $device in port*) lxc config device remove --quiet "$NAME" "$device" ;; esac
done
for port in $(printf '%s\\n' 22 $PORTS | sort --unique); do
  lxc config device add --quiet "$NAME" "port$port" proxy \\
    "listen=tcp:127.0.0.1:$((FIRST + port))" "connect=tcp:127.0.0.1:$port"
done`;
