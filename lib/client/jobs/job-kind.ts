import type { JobFrame } from '../../job/job';
import type { HostState } from '../host/host-state';
import type { Workspace } from '../host/workspace';
import type { JobChecks, Unchecked } from '../job-checks';
import type { Report } from '../report/report';
import type { Output } from '../store/realisation';

/** A running job may use this. */
export interface JobContext {
  readonly report: Report;
  /** A private directory that is removed when the client ends. */
  readonly workspace: Workspace;
  /** The folder that holds the client's files. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly situation: Situation;
  /** Has something cleaned up when the client ends, however it ends, but for a kill: before the workspace goes. */
  atEnd(cleanUp: () => Promise<void>): void;
}

/** The consequences of a failure at this moment. A run keeps them up to date, because a signal may end it anywhere. */
export class Situation {
  /** The host's first report; undefined before the first contact, and for a job without a host. */
  host: HostState | undefined;
  /** The host may have a transaction of ours: from here on the host decides. */
  sent = false;

  /** For `host` of a failure that changed nothing there. */
  get unchanged(): string {
    return this.host === undefined ? 'was not changed' : `${this.host.description}, as before`;
  }
}

/** Everything that distinguishes one kind of job from the others: `main.ts` knows no more about a job. */
export interface JobKind<Job extends JobFrame> {
  /** The word for it in a job. */
  readonly kind: string;
  /** Checks everything but the frame of a job. @throws InputError for the first problem */
  check(job: Unchecked, checks: JobChecks): void;
  /** The subject of each line of output: `displayPath` of a construct. */
  displayName(job: Job): string;
  /** Text in it (also inside objects and lists) that no log may repeat. */
  sensitive(job: Job): unknown;
  /** Variables of the environment that hold a secret of it. @default - none */
  secretVariables?(job: Job): readonly string[];
  /** Store paths that must be in the local store before the job runs. */
  outputs(job: Job): readonly Output[];
  /** Refuses a job that this machine is not ready for, before anything starts. @throws InputError */
  refuseUnready?(job: Job, environment: NodeJS.ProcessEnv): void;
  run(job: Job, context: JobContext): Promise<void>;
}

/** A checked job together with its kind. */
export interface BoundJob {
  readonly job: JobFrame;
  readonly displayName: string;
  readonly sensitive: unknown;
  readonly secretVariables: readonly string[];
  readonly outputs: readonly Output[];
  refuseUnready(environment: NodeJS.ProcessEnv): void;
  run(context: JobContext): Promise<void>;
}

/**
 * Checks a job and binds it to its kind.
 *
 * @throws InputError for the first thing that is wrong with the job
 */
export function bindJob<Job extends JobFrame>(kind: JobKind<Job>, unchecked: Unchecked, checks: JobChecks): BoundJob {
  kind.check(unchecked, checks);
  const job = unchecked as unknown as Job;
  return {
    job,
    displayName: kind.displayName(job),
    sensitive: kind.sensitive(job),
    secretVariables: kind.secretVariables?.(job) ?? [],
    outputs: kind.outputs(job),
    refuseUnready: (environment) => kind.refuseUnready?.(job, environment),
    run: (context) => kind.run(job, context),
  };
}

/** A construct path without its stack, which Terraform's own prefix names already. */
export function displayPath(constructPath: string): string {
  return constructPath.split('/').slice(1).join('/') || constructPath;
}
