import { Fn, Token } from 'cdktf';
import type { Construct } from 'constructs';
import type { Dependable, HostKeyRecorder } from '../../first-contact';
import { HCLOUD_FIRST_CONTACT, HOST_KEY_LABEL, type HcloudHostKeyRecord } from '../../job/hcloud-host-key';
import { DataHcloudServer } from '../bindings/data-hcloud-server';

/** Where the key that a server made for itself is found by the next apply: in a label of the server. */
export class HostKeyLabel implements HostKeyRecorder {
  readonly kind = HCLOUD_FIRST_CONTACT;
  readonly record: HcloudHostKeyRecord;

  /** @param serverId as a token */
  constructor(
    private readonly machine: Construct,
    private readonly serverId: string,
  ) {
    this.record = { server: serverId };
  }

  read(firstContact: Dependable): string {
    const id = Token.asNumber(this.serverId);
    // By itself the server would be read too early: the label is written by the first contact.
    const server = new DataHcloudServer(this.machine, 'host-key', { id, dependsOn: [firstContact] });
    return Token.asString(Fn.lookup(server.getStringMapAttribute('labels'), HOST_KEY_LABEL, ''));
  }
}
