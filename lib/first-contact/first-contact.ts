import { Construct } from 'constructs';
import { firstBootProblems } from '../deployment/first-boot';
import { DeploymentRegistry } from '../deployment/registry';
import type { SshTarget } from '../deployment/ssh-connection';
import { FIRST_BOOT, Wants } from '../evaluation/request/wants';
import { HostKeys } from '../host-keys';
import { FIRST_CONTACT_KIND } from '../job/first-contact';
import { knownHostName } from '../job/known-host';
import { userDataWithSeed } from '../job/user-data';
import { MachineHostKey } from '../machine-host-key';
import type { NixosConfiguration } from '../nixos-configuration';
import { ClientResource, type ClientJob } from '../terraform/client-resource';
import { DeferredText } from '../terraform/deferred-text';
import { KeptRandom } from '../terraform/kept-random';
import { KnownHostKey } from '../terraform/known-host-key';
import { RecordedKeyText } from '../terraform/recorded-key';
import { Replacement } from '../terraform/replacement';
import { NULL_RESOURCE } from '../terraform/resource-type';
import { instanceProblem } from '../validation/options';
import { InputError, refuse } from '../validation/problem';
import { contactJob, contactSecrets } from './contact-job';
import type { Dependable, HostKeyRecorder } from './host-key-recorder';

/** A machine that a cloud makes. */
interface NewMachine extends SshTarget {
  readonly identity: string;
}

const HOST_KEY_FIX = 'write MachineHostKey.madeByHost(), .held(...) or .trustOnFirstUse("known_hosts")';

/** What a cloud's machine says of itself. */
export interface FirstContactProps {
  /** Where the NixOS module finds the user data: `cdktf-nixos.firstBoot.source`. */
  readonly source: string;
  /** @default MachineHostKey.madeByHost() */
  readonly hostKey?: MachineHostKey;
  readonly recorder: HostKeyRecorder;
  /** What makes another server, by name: its seed is another one. May hold tokens, but none of the server itself. */
  readonly replacedBy: { readonly [name: string]: string };
  /**
   * The configuration of the image, which has to import the module.
   * @default - somebody else made the image: nothing is checked
   */
  readonly configuration?: NixosConfiguration;
  /** What has to be there before anybody can log in, besides the server. */
  readonly dependsOn?: readonly Dependable[];
}

/**
 * The first login to a new server, which is checked like any other: by a bootstrap key that the server makes of a seed in its
 * user data. It gives the server its lasting host key. It is a part of a cloud's machine, and it is empty until that machine
 * has a deployment: without one, user data has no seed (docs/decisions/014-trust-from-the-first-boot.md).
 */
export class FirstContact extends Construct {
  /** The lasting key of the machine, for its `hostKeys`: there at once, before there is a deployment. */
  readonly hostKeys: HostKeys;

  private readonly hostKey: MachineHostKey;
  private seed: KeptRandom | undefined;
  private resource: ClientResource | undefined;
  private recorded: string | undefined;

  /**
   * @param machine its `identity` is read now, and how to log in to it when it gets a deployment
   * @throws InputError when the host key is something else
   */
  constructor(
    private readonly machine: NewMachine & Construct,
    private readonly props: FirstContactProps,
  ) {
    super(machine, 'first-contact');
    this.hostKey = props.hostKey ?? MachineHostKey.madeByHost();
    refuse(machine.node.path, 'hostKey', instanceProblem(this.hostKey, '_choice', 'a MachineHostKey', HOST_KEY_FIX));
    const { _choice: choice } = this.hostKey;
    const recorded = new DeferredText(() => this.recordedKey()).toString();
    this.hostKeys = HostKeys.pinned([choice.kind === 'held' ? choice.publicKey : recorded]);
    const contact = { source: this.hasSeed ? props.source : undefined, plan: () => this.plan() };
    DeploymentRegistry.of(machine).expectFirstContact(machine, contact);
  }

  /** For `dependencies` of the machine; empty until it has a deployment. */
  get dependencies(): Dependable[] {
    return this.resource === undefined ? [] : [this.resource];
  }

  /**
   * The server's user data, as a token: with a seed once the machine has a deployment, and sensitive then. Otherwise what the
   * user gave; without that, the attribute is not set.
   *
   * @param own text that the user gives; may hold tokens
   */
  userData(own?: string): string {
    return new DeferredText(() => (this.seed ? userDataWithSeed(own, this.seed.text) : own)).toString();
  }

  /** Called when the machine gets its deployment. */
  private plan(): void {
    if (this.resource !== undefined) return;
    if (this.hasSeed) this.seed = new KeptRandom(this, 'seed', this.props.replacedBy);
    const template = contactJob(this, this.machine, this.hostKey, this.seed?.text ?? '');
    this.resource = new ClientResource(this, {
      type: NULL_RESOURCE,
      // In the state, it means that it is done: only another server is contacted again.
      triggers: { machine: this.machine.identity },
      replacement: Replacement.OLD_FIRST,
      job: this.job(template),
      dependsOn: this.props.dependsOn,
      ephemeral: contactSecrets(this.machine, this.hostKey),
      problems: this.imageProblems(),
    });
    this.recorded = this.readRecord(this.resource, template);
  }

  /** The key that is in the record once the first contact is over; undefined for a key that is known anyway. */
  private readRecord(contact: Dependable, { hostKey, connection }: ReturnType<typeof contactJob>): string | undefined {
    if (hostKey.kind === 'held') return undefined;
    if (hostKey.kind === 'made') return new RecordedKeyText(this.props.recorder.read(contact)).toString();
    const name = knownHostName(connection.host, connection.port);
    return new KnownHostKey(hostKey.recordFile, name, contact.fqn).toString();
  }

  /** The first login is checked. */
  private get hasSeed(): boolean {
    return this.hostKey._choice.kind !== 'first-use';
  }

  private job(template: object): ClientJob {
    const { kind, bundle: file, record } = this.props.recorder;
    const common = { evaluated: () => ({}) };
    return this.hostKey._choice.kind === 'made'
      ? { ...common, kind, bundle: { file }, template: { ...template, record } }
      : { ...common, kind: FIRST_CONTACT_KIND, bundle: {}, template };
  }

  private imageProblems(): () => string[] {
    const { configuration, source } = this.props;
    const evaluation = this.hasSeed ? configuration?._evaluation(this, Wants.of(FIRST_BOOT)) : undefined;
    return () => {
      if (evaluation === undefined) return [];
      const answer = evaluation.tryResult()?.answers.find(FIRST_BOOT);
      return [...evaluation.problems(), ...firstBootProblems('image', source, answer)];
    };
  }

  private recordedKey(): string {
    if (this.recorded !== undefined) return this.recorded;
    throw new InputError(this.machine.node.path, 'hostKeys', {
      given: 'a machine without a deployment, which makes its key in the first contact before one',
      expected: 'a machine with a deployment, or a key that is known',
      fix: 'add a NixosDeployment for the machine, or give it hostKey: MachineHostKey.held(...)',
    });
  }
}
