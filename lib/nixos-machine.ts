import type { ITerraformDependable } from 'cdktf';
import { Annotations } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import type { HostKeys } from './host-keys';
import { isToken } from './terraform/token';
import type { SshOptions } from './ssh-options';
import { identityProblem } from './deployment/machine';
import { checkConnection } from './deployment/ssh-connection';
import { Evaluation } from './evaluation/evaluation';
import { isPlainObject } from './private/plain-object';
import { Checks } from './terraform/checks';
import { normalizedHost } from './validation/host';
import type { OptionNames } from './validation/options';
import { refuse } from './validation/problem';

/**
 * A server that runs NixOS. A cloud's machine fills these fields; so can any construct of yours
 * (docs/writing-a-cloud.md). A deployment checks them, and reads each of them more than once: return the same token
 * each time.
 */
export interface INixosMachine extends IConstruct {
  /** The host name or address to connect to. May be a token. Never a trigger: an address may change. */
  readonly host: string;
  /**
   * Changes exactly when this is another machine or another disk, and then the machine is deployed again.
   * A cloud's machine gives the id of the server, for example. May be a token.
   */
  readonly identity: string;
  /** The keys by which the host is known before the first connection. */
  readonly hostKeys: HostKeys;
  /** How to log in, and how long a server that was just made is waited for (`bootTimeoutSeconds`). */
  readonly ssh: SshOptions;
  /**
   * What a deployment waits for before it connects: the server, and what leads to it. Empty when the host exists
   * already.
   */
  readonly dependencies: ITerraformDependable[];
  /**
   * Another configuration is another image and another server: a deployment onto the machine is refused.
   * @default false
   */
  readonly isImmutable?: boolean;
}

/** What is known about a machine that exists already. */
export interface MachineAttributes {
  /** The host name or address to connect to. May be a Terraform token. */
  readonly host: string;
  /** The keys by which the host is known before the first connection. */
  readonly hostKeys: HostKeys;
  /**
   * What changes exactly when this is another machine or another disk; another identity deploys again, another host
   * does not. May be a Terraform token, for example the id of a server.
   * @default - the host
   */
  readonly identity?: string;
  /**
   * How to log in.
   * @default - as root on port 22, with the keys of the ssh agent
   */
  readonly ssh?: SshOptions;
  /**
   * What has to exist before the machine can be logged in to, for example a firewall rule.
   * @default - nothing
   */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * A server that runs NixOS. Subclasses create one in a cloud; `fromHost` names one that exists already.
 *
 * @example
 *
 * const machine = NixosMachine.fromHost(stack, 'web', {
 *   host: '203.0.113.7',
 *   hostKeys: HostKeys.fromKnownHostsFile('known_hosts'),
 *   ssh: { user: 'deploy', privilegeEscalation: PrivilegeEscalation.SUDO },
 * });
 */
export abstract class NixosMachine extends Construct implements INixosMachine {
  /**
   * A machine that exists already and runs NixOS. It creates no resource, and removing it leaves the host alone.
   *
   * @param scope a stack, or a construct in it
   * @param id unique in the scope
   * @param attributes where the machine is and how to log in to it
   * @throws InputError when ssh could not use one of them
   */
  static fromHost(scope: Construct, id: string, attributes: MachineAttributes): INixosMachine {
    return new ExistingMachine(scope, id, attributes);
  }

  /** The host name or address to connect to. */
  abstract readonly host: string;
  /** Changes exactly when this is another machine or another disk. */
  abstract readonly identity: string;
  /** The keys by which the host is known before the first connection. */
  abstract readonly hostKeys: HostKeys;
  /** How to log in. */
  abstract readonly ssh: SshOptions;
  /** What a deployment waits for before it connects. */
  abstract readonly dependencies: ITerraformDependable[];

  /**
   * For subclasses, which create the server in it and then set the fields.
   *
   * @param scope a stack, or a construct in it
   * @param id unique in the scope
   */
  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The manifest of a program whose last deployment was taken out has to be emptied.
    Evaluation.of(this);
  }
}

const ATTRIBUTES: OptionNames = {
  host: true,
  hostKeys: true,
  identity: true,
  ssh: true,
  dependsOn: true,
} satisfies Record<keyof MachineAttributes, unknown>;

class ExistingMachine extends NixosMachine {
  readonly host: string;
  readonly identity: string;
  readonly hostKeys: HostKeys;
  readonly ssh: SshOptions;
  readonly dependencies: ITerraformDependable[];

  constructor(scope: Construct, id: string, attributes: MachineAttributes) {
    super(scope, id);
    const check = new Checks(this.node.path);
    check.options('attributes', attributes, ATTRIBUTES, '');
    check.list('dependsOn', attributes.dependsOn);
    this.host = attributes.host;
    this.hostKeys = attributes.hostKeys;
    const { ssh = {} } = attributes;
    this.ssh = isPlainObject(ssh) ? { ...ssh } : ssh;
    this.dependencies = [...(attributes.dependsOn ?? [])];
    checkConnection(this);
    this.identity = this.identityOf(attributes);
  }

  private identityOf({ host, identity }: MachineAttributes): string {
    if (identity !== undefined) {
      const problem = identityProblem(identity);
      refuse(
        this.node.path,
        'identity',
        problem && { ...problem, fix: `${problem.fix}, or leave it out to use the host` },
      );
      return identity;
    }
    if (!isToken(host)) return normalizedHost(host);
    Annotations.of(this).addWarning(
      'the host is known only at apply and also serves as identity: a new address of the same machine deploys again; ' +
        'give `identity`, for example the id of the server',
    );
    return host;
  }
}
