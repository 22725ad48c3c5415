import type { DeploymentJob, JobSecret } from '../../../job/job';
import type { SecretOrigin } from '../../../job/secret-fields';
import { mapValues } from '../../../private/map-values';
import type { SecretContents } from '../../host/delivered-files';
import type { HostState } from '../../host/host-state';
import { DeployError } from '../../report/deploy-error';
import type { Report } from '../../report/report';
import { type Leak, LeakSearch } from '../../secrets/leak-search';
import { readSecrets } from '../../secrets/read-secrets';

/** Of the machine. */
const PASSWORD = 'ssh.privilegeEscalation.password';

/** The secrets of one deployment. They are read once, and only when a host needs them. */
export class DeploymentSecrets {
  private contents: SecretContents = new Map();
  /** For the password, the field that gives it. */
  private readonly sought = new Map<string, Buffer>();
  private search: LeakSearch | undefined;

  constructor(
    private readonly job: DeploymentJob,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly report: Report,
  ) {}

  /** From now on the password for sudo is searched for, too. */
  learnPassword(password: Buffer): void {
    this.sought.set(PASSWORD, password);
  }

  /** @throws DeployError when one cannot be read, or is also where others may read it */
  async read(host: HostState): Promise<SecretContents> {
    if (this.search !== undefined) return this.contents;
    const { path, secrets = {} } = this.job;
    const { environment, report } = this;
    this.contents = await readSecrets({ path, secrets, environment, host: unchanged(host) }, report);
    const names = Object.keys(secrets);
    if (names.length > 0) report.relay('secrets', `read ${names.join(', ')}`);
    for (const [name, content] of this.contents) this.sought.set(fieldOf(name), content);
    if (this.sought.size === 0) return this.contents;
    this.search = new LeakSearch(this.sought);
    const { unsearched } = this.search;
    const short = names.filter((name) => unsearched.includes(fieldOf(name)));
    for (const name of short) report.relay('secrets', shortNotice(name));
    this.refuse(this.search.inData(searchable(this.job)), host);
    return this.contents;
  }

  /** Refuses to copy what holds a secret: every user of the host reads its store. @throws DeployError */
  async refuseIn(storePaths: readonly string[], host: HostState): Promise<void> {
    this.refuse(await this.search?.inPaths(storePaths), host);
  }

  private refuse(leak: Leak | undefined, host: HostState): void {
    if (leak === undefined) return;
    const detail = `[${this.job.path}] ${leak.name} is in ${leak.place}`;
    throw DeployError.of('leaked-secret', { detail, host: unchanged(host) });
  }
}

function fieldOf(name: string): string {
  return `secrets.${name}`;
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
