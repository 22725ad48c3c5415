import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Activation, decisionSeconds } from './activation';
import { Closure } from '../../store/closure';
import type { ClosureCopier } from '../../copy/closure-copier';
import { DeliveredFiles } from '../../host/delivered-files';
import { DeployError } from '../../report/deploy-error';
import { ExitStatus } from '../../report/exit-status';
import { HostState } from '../../host/host-state';
import type { DeploymentJob } from '../../../job/job';
import { NIX_COPY_CLOSURE, NixCopier } from '../../copy/nix-copier';
import { conclude } from './outcome';
import { refuseUnfit } from './preflight';
import type { Report } from '../../report/report';
import { SshLink } from '../../host/ssh-link';
import { chooseCompression, StreamCopier } from '../../copy/stream-copier';
import { Supervisor } from '../../host/supervisor-channel';
import { Refusal } from '../../host/supervisor-reply';
import { Transfer } from '../../copy/transfer';
import type { Workspace } from '../../host/workspace';

const INSPECT_SECONDS = 60;
const LOCK_POLL_MILLISECONDS = 2000;
/** Times that another deployment may get in between our look at the lock and our start. */
const MAX_STARTS = 3;

/** One realised system on its way to one host. */
export class Deployment {
  /** What the host said first; nothing before the first contact. */
  host: HostState | undefined;
  /** The transaction may be on the host: from here on it decides. */
  sent = false;
  private readonly link: SshLink;
  private readonly supervisor: Supervisor;
  private readonly files: DeliveredFiles;
  /** Of the transaction; another start is another one, because the host may still clear up after the first. */
  private id = '';
  private readonly begun = Date.now();

  /** @param scripts the folder that holds supervisor.sh */
  constructor(
    private readonly job: DeploymentJob,
    workspace: Workspace,
    scripts: string,
    private readonly report: Report,
    /** The way to copy, when it is not the usual one. */
    private readonly copyBy: typeof NIX_COPY_CLOSURE | undefined,
  ) {
    const text = readFileSync(path.join(scripts, 'supervisor.sh'));
    this.link = new SshLink(job.connection, workspace);
    this.supervisor = new Supervisor(this.link, text, job.connection.privilegeEscalation);
    this.files = DeliveredFiles.ofValues(job.values);
  }

  async run(): Promise<void> {
    try {
      await this.connect();
      for (let start = 1; !(await this.attempt(start === MAX_STARTS)); start++);
    } finally {
      await this.link.close();
    }
  }

  /** False when another deployment got in between. */
  private async attempt(last: boolean): Promise<boolean> {
    const host = await this.inspectUnlocked();
    this.host = host;
    this.id = randomId();
    refuseUnfit(host, this.job);
    if (await this.nothingToDo(host)) return true;
    await this.transfer(host);
    try {
      await this.activate(host);
      return true;
    } catch (error) {
      if (last || !(error instanceof Refusal) || error.code !== 'busy') throw error;
      this.sent = false;
      return false;
    }
  }

  private async connect(): Promise<void> {
    const { user, host, port, jumpHosts } = this.job.connection;
    const way = jumpHosts.map((jump) => ` by ${jump.host}`).join('');
    this.report.step('connect', `${user}@${host} port ${port}${way}`);
    let told: string | undefined;
    await this.link.open((failure, seconds) => {
      const text = `${failure.message}; trying again for ${seconds} s`;
      if (told === failure.kind) this.report.progress('connect', text);
      else this.report.step('connect', text);
      told = failure.kind;
    });
  }

  private async inspectUnlocked(): Promise<HostState> {
    const deadline = Date.now() + decisionSeconds(this.job) * 1000;
    for (let told = false; ; told = true) {
      const host = new HostState(await this.supervisor.call({ verb: 'inspect', timeoutSeconds: INSPECT_SECONDS }));
      if (!host.locked) return host;
      if (host.lockToplevel !== this.job.toplevel || Date.now() > deadline) throw busy(host);
      if (!told) this.report.step('wait', `${deployer(host)} deploys the same system at this moment`);
      await pause(LOCK_POLL_MILLISECONDS);
    }
  }

  /** The journal on the host is the truth: when it has all of this already, the host is left alone. */
  private async nothingToDo(host: HostState): Promise<boolean> {
    const { toplevel, goal } = this.job;
    const runs = host.running === toplevel;
    const known = host.committed === toplevel;
    const has = host.profile === toplevel && (runs || (goal === 'boot' && known));
    if (!has || !host.settled || host.filesDigest !== this.files.digest) return false;
    if (goal === 'switch' && !host.showsFiles) return false;
    if (!known) {
      const header = [['toplevel', toplevel] as const, ['files-digest', this.files.digest] as const];
      await this.supervisor.call({ verb: 'adopt', header, timeoutSeconds: INSPECT_SECONDS });
      this.report.step('adopt', 'the host has this system already; its journal says so from now on');
    }
    this.report.step('done', `nothing to do: generation ${host.generation} is ${toplevel}, ${this.seconds} s`);
    return true;
  }

  private async transfer(host: HostState): Promise<void> {
    this.report.step('inspect', `${host.description}, generation ${host.generation}`);
    const closure = await Closure.of(this.job.toplevel);
    const transfer = new Transfer(this.link, this.supervisor, this.copier(host), this.report, this.id);
    await transfer.run(closure, this.job.goal, host);
  }

  private copier(host: HostState): ClosureCopier {
    if (this.copyBy === NIX_COPY_CLOSURE) {
      return new NixCopier(this.link.configFile, this.job.connection.privilegeEscalation, this.report);
    }
    return new StreamCopier(this.supervisor, this.id, chooseCompression(host.compressions), this.report);
  }

  private async activate(host: HostState): Promise<void> {
    const ids = { id: this.id, nonce: randomId() };
    this.sent = true;
    const activation = new Activation(this.supervisor, this.link, this.job, ids, this.report);
    const end = await activation.run(host, this.files, us());
    this.report.step('done', conclude(end, host, this.job.toplevel, this.seconds));
  }

  private get seconds(): number {
    return Math.round((Date.now() - this.begun) / 1000);
  }
}

function busy(host: HostState): DeployError {
  return new DeployError({
    status: ExitStatus.BUSY,
    what: `${deployer(host)} deploys ${host.lockToplevel ?? 'another system'} to this host at this moment`,
    host: host.description,
    fix: 'wait until the other deployment is over, then run this one again',
  });
}

function deployer(host: HostState): string {
  return host.lockBy || 'another deployment';
}

/** Who deploys, for others who find the host busy. */
function us(): string {
  return `${userInfo().username}@${hostname()}`.replace(/[^A-Za-z0-9@._-]/g, '-').slice(0, 128);
}

function randomId(): string {
  return randomBytes(16).toString('hex');
}
