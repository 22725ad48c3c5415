import type { TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';
import { MAIN } from '../../terraform/resource-type';
import { Server, type ServerConfig } from '../bindings/server';
import type { HcloudMachineProps } from '../hcloud-machine-props';
import type { HcloudNetworkAttachment } from '../hcloud-network-attachment';
import { HOST_KEY_LABEL } from '../../job/hcloud-host-key';
import { replaceByContent } from './replacement';

/** What the parts of a machine add to its server. */
export interface ServerParts {
  readonly name: string;
  readonly labels: { [name: string]: string };
  readonly sshKeys: string[];
  readonly firewallIds: number[];
  readonly publicNet: ServerConfig['publicNet'];
  readonly protection: TerraformResourceLifecycle;
}

/** Given when the server is made, and later not a reason to replace it. */
const ONLY_AT_FIRST = ['image', 'ssh_keys', 'user_data', `labels["${HOST_KEY_LABEL}"]`];

/** The server of a machine, at the machine's own address in Terraform. */
export function addServer(machine: Construct, props: HcloudMachineProps, parts: ServerParts): Server {
  const { protection, ...own } = parts;
  const { image, serverType, location, protect = false, networks = [] } = props;
  const server = new Server(machine, MAIN, {
    ...own,
    serverType,
    location,
    image: image.imageId,
    network: networks.map(block),
    placementGroupId: props.placementGroupId,
    backups: props.backups ?? false,
    keepDisk: props.keepDisk ?? false,
    deleteProtection: protect,
    rebuildProtection: protect,
    dependsOn: props.dependsOn,
    lifecycle: { ...protection, ignoreChanges: ONLY_AT_FIRST },
  });
  if (props.replaceOnImageChange) replaceByContent(machine, server, image.contentId);
  return server;
}

function block({ subnetId, ip, aliasIps = [] }: HcloudNetworkAttachment) {
  // Without alias_ips, the provider would detach the server and attach it again for each address that it finds.
  return { subnetId, ip, aliasIps };
}
