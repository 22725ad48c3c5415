import { TerraformLocal, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { DataResource } from 'cdktf';
import { FirstContact, type FirstContactProps } from '../../../lib/first-contact';
import type { HostKeys } from '../../../lib/host-keys';
import { NixosMachine } from '../../../lib/nixos-machine';
import type { SshOptions } from '../../../lib/ssh-options';

export type CloudMachineProps = Partial<FirstContactProps> & {
  readonly host?: string;
  readonly ssh?: SshOptions;
  readonly userData?: string;
  /** What makes another server. */
  readonly size?: string;
};

/** A machine of a cloud that has no servers: its server is a resource that keeps the user data. */
export class CloudMachine extends NixosMachine {
  readonly host: string;
  readonly identity: string;
  readonly ssh: SshOptions;
  readonly hostKeys: HostKeys;
  readonly contact: FirstContact;
  private readonly server: DataResource;

  constructor(scope: Construct, id: string, { host, ssh = {}, userData, size = 'small', ...contact }: CloudMachineProps) {
    super(scope, id);
    this.server = new DataResource(this, 'Default', { triggersReplace: { size } });
    this.host = host ?? '198.18.0.2';
    this.identity = this.server.id;
    this.ssh = ssh;
    this.contact = new FirstContact(this, {
      source: 'hetzner',
      recorder: { kind: 'test-first-contact', record: { file: 'label' }, read: (done) => this.label(done) },
      replacedBy: { size },
      ...contact,
    });
    this.hostKeys = this.contact.hostKeys;
    this.server.addOverride('input', this.contact.userData(userData));
  }

  get dependencies(): ITerraformDependable[] {
    return [this.server, ...this.contact.dependencies];
  }

  /** Of a file that the first contact wrote, which is there when its id is known. */
  private label(done: ITerraformDependable): string {
    const file = `\${file("\${${done.fqn}.id == "" ? "" : "label"}")}`;
    return new TerraformLocal(this, 'label', file).asString;
  }
}
