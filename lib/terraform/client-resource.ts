import path from 'node:path';
import type {
  IResolveContext,
  ITerraformDependable,
  LocalExecProvisioner,
  TerraformResource,
  TerraformStack,
} from 'cdktf';
import { Aspects, Lazy, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { mapValues } from '../private/map-values';
import { problemLine } from '../validation/problem';
import { warnOfRemoteExecution } from './backend';
import { type JobBundle, stageClientFiles } from './client-files';
import { refuseOversizedJob } from './job-size';
import { type Consumer, consumersOf, forgetConsumers } from './consumers';
import { type EphemeralValue, EphemeralValues } from './ephemeral';
import { TerraformJson, TerraformText } from './json';
import { refuseHclOutput } from './output-format';
import { type Needed, ResourceOrder } from './order';
import { atDestroy, type Replacement } from './replacement';
import { addressOf, resourceNameProblems } from './resource-name';
import type { ResourceType } from './resource-type';
import { stackOf } from './stack';
import { informOnce } from './annotations';

/** The work of a client resource, and when it is done. */
export interface ClientResourceProps {
  readonly type: ResourceType;
  /** The work is done again when one of them changes. Strings are data, in which only tokens are resolved. */
  readonly triggers: { readonly [name: string]: string };
  readonly replacement: Replacement;
  readonly job: ClientJob;
  /** What has to be done before, as the user gave it. */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** What else has to be there before. */
  readonly needed?: Needed;
  /**
   * Values in the job that have to be ephemeral. Terraform hides what the client prints then.
   * @default - none
   */
  readonly ephemeral?: readonly EphemeralValue[];
  /** The construct's own problems, one line each, for its validation. */
  readonly problems: () => readonly string[];
}

/** What the client is told. */
export interface ClientJob {
  /** Which kind of job it is. */
  readonly kind: string;
  /**
   * The kind has a bundle of its own, which only the stacks get that use it.
   * @default - the client itself has the kind
   */
  readonly bundle?: Pick<JobBundle, 'file'>;
  /** What is known before anything is evaluated. May hold tokens. */
  readonly template: object;
  /** The rest, when everything has been evaluated. The resource is about to be written then. */
  readonly evaluated: () => object;
}

/** Constant: every value reaches the client as data, in the environment. */
const COMMAND = 'exec sh cdktf-nixos/launch.sh';
/** The stack's folder, where the client is staged, also when the stack is a module of another root. */
const WORKING_DIRECTORY = '${path.module}';

/**
 * The resource of a construct whose work the client does at apply: the one recipe for all of them. It gives the stack
 * the provider and the client's files, names, orders and checks the resource, and hands the job over.
 */
export class ClientResource {
  /** For `dependsOn`. */
  readonly fqn: string;

  private readonly work: TerraformResource;
  /** What has the construct's address and is referred to. */
  private readonly representative: TerraformResource;
  private readonly order: ResourceOrder;
  private readonly ephemeral: EphemeralValues;

  /** @throws InputError when the job is too large for an environment variable, or the synth writes HCL */
  constructor(
    private readonly owner: Construct,
    private readonly props: ClientResourceProps,
  ) {
    refuseHclOutput(owner);
    refuseOversizedJob(owner.node.path, this.template);
    this.order = new ResourceOrder(owner, props.dependsOn, props.needed);
    const { type, triggers, replacement } = props;
    this.work = this.addWork();
    this.ephemeral = new EphemeralValues(owner, this.work, props.ephemeral ?? []);
    this.representative = replacement.representative(owner, type, { resource: this.work, triggers });
    this.fqn = this.representative.fqn;
    Aspects.of(owner).add({ visit: (construct) => construct === owner && this.prepare() });
    owner.node.addValidation({ validate: () => this.problems() });
  }

  /** The address in Terraform, within the stack. Final when the stack is written: an escape hatch may change it. */
  get address(): string {
    return addressOf(this.representative);
  }

  /** A trigger as a reference: what uses it waits until the work is done. */
  reference(trigger: string): string {
    return this.props.type.trigger(this.representative, trigger);
  }

  /** The id of the resource in the state, as a reference. */
  get id(): string {
    return this.representative.getStringAttribute('id');
  }

  /** What refers to it in the stack. Known when the tree is complete. */
  consumers(): Consumer[] {
    return consumersOf(this.representative);
  }

  /** It is in the plan only on a condition, which is asked when the tree is complete. */
  existsIf(condition: () => boolean): void {
    const count = ({ preparing }: IResolveContext) => (preparing || condition() ? undefined : 0);
    this.work.addOverride('count', Lazy.anyValue({ produce: count }));
  }

  private get stack(): TerraformStack {
    return stackOf(this.owner);
  }

  private get template(): object {
    return this.framed(this.props.job.template);
  }

  private addWork(): TerraformResource {
    const { type, replacement } = this.props;
    const triggers = mapValues(this.props.triggers, (text) => new TerraformText(text).toString());
    const create = runClient(new TerraformJson((context) => this.job(context)));
    const provisioners = replacement.worksAtCreation ? [create] : [];
    const removal = replacement.removal(type);
    if (removal) provisioners.push(atDestroy(runClient(new TerraformJson(() => this.framed(removal)))));
    const resource = type.add(this.owner, replacement.workId, { triggers, provisioners });
    resource.dependsOn = Token.asList(this.order.addresses());
    replacement.configure(resource, triggers);
    return resource;
  }

  /** The file that gets the output because Terraform hides it, named as Terraform names the resource. */
  private get log(): string | undefined {
    return this.ephemeral.isEmpty ? undefined : `logs/${this.address}.log`;
  }

  /** With what every job has. */
  private framed(job: object): object {
    return { format: 1, kind: this.props.job.kind, path: this.owner.node.path, ...job };
  }

  private job(context: IResolveContext): object {
    if (context.preparing) {
      this.prepare();
      forgetConsumers(this.representative);
      return this.template;
    }
    const { kind, bundle, evaluated } = this.props.job;
    stageClientFiles(this.stack, bundle ? [{ kind, ...bundle }] : []);
    return { ...this.template, ...evaluated(), log: this.log };
  }

  /** What is decided when the tree is complete. Called by an aspect and by the first pass of a synth: either may miss. */
  private prepare(): void {
    this.props.type.prepare(this.stack);
    warnOfRemoteExecution(this.stack);
  }

  private problems(): string[] {
    if (this.log !== undefined) informOnce(this.owner, hiddenOutput(this.stack, this.log));
    const order = this.props.replacement.problem(this.work, this.order);
    return [
      ...this.props.problems(),
      ...this.order.problems(),
      ...this.ephemeral.problems(),
      ...(order ? [problemLine('lifecycle', order)] : []),
      ...resourceNameProblems(this.representative),
    ];
  }
}

function hiddenOutput(stack: TerraformStack, log: string): string {
  const file = path.posix.join('stacks', stack.node.id, 'cdktf-nixos', log);
  return `Terraform hides what this prints when it is applied, because of an ephemeral value: read ${file} in the output folder`;
}

function runClient(job: TerraformJson): LocalExecProvisioner {
  const environment = { CDKTF_NIXOS_JOB: job.toString() };
  return { type: 'local-exec', command: COMMAND, workingDir: WORKING_DIRECTORY, environment };
}
