import type { DeploymentJob, JobSecret } from '../../../job/job';
import type { SecretOrigin } from '../../../job/secret-fields';
import { mapValues } from '../../../private/map-values';
import type { SecretContents } from '../../host/delivered-files';
import type { HostState } from '../../host/host-state';
import { DeployError } from '../../report/deploy-error';
import type { Report } from '../../report/report';
import { type Leak, LeakSearch } from '../../secrets/leak-search';
import { readSecrets } from '../../secrets/read-secrets';

/** The secrets of one deployment. They are read once, and only when a host needs them. */
export class DeploymentSecrets {
  private contents: SecretContents = new Map();
  private search: LeakSearch | undefined;

  constructor(
    private readonly job: DeploymentJob,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly report: Report,
  ) {}

  /** @throws DeployError when one cannot be read, or is also where others may read it */
  async read(host: HostState): Promise<SecretContents> {
    const { path, secrets = {} } = this.job;
    const names = Object.keys(secrets);
    if (names.length === 0 || this.search !== undefined) return this.contents;
    const { environment, report } = this;
    this.contents = await readSecrets({ path, secrets, environment, host: unchanged(host) }, report);
    report.relay('secrets', `read ${names.join(', ')}`);
    this.search = new LeakSearch(this.contents);
    for (const name of this.search.unsearched) report.relay('secrets', shortNotice(name));
    this.refuse(this.search.inData(searchable(this.job)), host);
    return this.contents;
  }

  /** Refuses to copy what holds a secret: every user of the host reads its store. @throws DeployError */
  async refuseIn(storePaths: readonly string[], host: HostState): Promise<void> {
    this.refuse(await this.search?.inPaths(storePaths), host);
  }

  private refuse(leak: Leak | undefined, host: HostState): void {
    if (leak === undefined) return;
    const detail = `[${this.job.path}] secrets.${leak.name} is in ${leak.place}`;
    throw DeployError.of('leaked-secret', { detail, host: unchanged(host) });
  }
}

function unchanged({ description }: HostState): string {
  return `${description}, as before`;
}

function shortNotice(name: string): string {
  return `${name} has fewer than 12 bytes, so nothing is searched for it: keep it out of the configuration and its values yourself`;
}

/** The job as its user knows it, without what Terraform hands over as a secret. */
function searchable({ secrets = {}, sudoPassword, ...rest }: DeploymentJob): object {
  const shown = ({ origin, revision, ...options }: JobSecret): object => {
    return { ...options, source: withoutValue(origin), version: revision };
  };
  const privilegeEscalation = { password: sudoPassword && withoutValue(sudoPassword) };
  return { ...rest, ssh: { privilegeEscalation }, secrets: mapValues(secrets, shown) };
}

function withoutValue(origin: SecretOrigin): object {
  return origin.kind === 'terraform' ? {} : origin;
}
