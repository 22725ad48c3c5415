import { DataResource, Fn, type ITerraformDependable, propertyAccess, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { FirstContact } from '../../../lib/first-contact';
import type { HostKeys } from '../../../lib/host-keys';
import type { MachineHostKey } from '../../../lib/machine-host-key';
import type { NixosConfiguration } from '../../../lib/nixos-configuration';
import { NixosMachine } from '../../../lib/nixos-machine';
import type { SshOptions } from '../../../lib/ssh-options';

export interface CloudMachineProps {
  readonly host?: string;
  readonly ssh?: SshOptions;
  readonly userData?: string;
  readonly hostKey?: MachineHostKey;
  readonly configuration?: NixosConfiguration;
  /** What makes another server. @default 'small' */
  readonly size?: string;
  /** Where the cloud keeps the public half of a key that the host made, and the program that writes it there. */
  readonly record?: { readonly file: string; readonly bundle: string };
}

/** A machine of a cloud without servers: the resource of a server keeps its user data, which the test gives to a host. */
export class CloudMachine extends NixosMachine {
  readonly host: string;
  readonly identity: string;
  readonly ssh: SshOptions;
  readonly hostKeys: HostKeys;
  private readonly server: DataResource;
  private readonly contact: FirstContact;

  constructor(scope: Construct, id: string, props: CloudMachineProps = {}) {
    super(scope, id);
    const { host = '198.18.0.2', ssh = {}, size = 'small', record = { file: '/nowhere', bundle: '/nowhere' } } = props;
    this.server = new DataResource(this, 'Default', { triggersReplace: { size } });
    this.host = host;
    this.identity = this.server.id;
    this.ssh = ssh;
    this.contact = new FirstContact(this, {
      source: 'hetzner',
      hostKey: props.hostKey,
      recorder: {
        kind: 'test-first-contact',
        bundle: record.bundle,
        record: { file: record.file },
        read: ({ fqn }) => labelIn(record.file, fqn),
      },
      replacedBy: { size },
      configuration: props.configuration,
    });
    this.hostKeys = this.contact.hostKeys;
    this.server.addOverride('input', this.contact.userData(props.userData));
  }

  get dependencies(): ITerraformDependable[] {
    return [this.server, ...this.contact.dependencies];
  }
}

/** A file that Terraform reads only once a resource is there, as a data source of a cloud does. */
function labelIn(file: string, fqn: string): string {
  const nothing = Fn.substr(Token.asString(propertyAccess(fqn, ['id'])), 0, 0);
  return Fn.file(Fn.join('', [file, nothing]));
}
