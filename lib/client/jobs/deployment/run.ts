import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { goalNamed } from '../../../job/goal';
import type { DeploymentJob } from '../../../job/job';
import type { CopyMethod } from '../../copy/copy-method';
import { Transfer } from '../../copy/transfer';
import { DeliveredFiles, type Delivery } from '../../host/delivered-files';
import type { HostState } from '../../host/host-state';
import type { HostSession } from '../../host/session';
import { Refusal } from '../../host/supervisor-reply';
import { DeployError } from '../../report/deploy-error';
import { connecting } from '../../report/connecting';
import type { Report } from '../../report/report';
import { Closure } from '../../store/closure';
import type { Situation } from '../job-kind';
import { Activation } from './activation';
import type { DeploymentSecrets } from './deployment-secrets';
import { noticesOf, RESTART_PENDING } from './notices';
import { conclude } from './outcome';
import type { Ownership } from './ownership';
import { decisionSeconds } from './patience';
import { refuseUnfit, refuseUnusable } from './preflight';

const LOCK_POLL_MILLISECONDS = 2000;
/** How often another deployment may get in between our look at the lock and our start. */
const MAX_STARTS = 3;

/** One realised system on its way to one host. */
export class DeploymentRun {
  private readonly files: DeliveredFiles;
  private readonly startTime = Date.now();

  constructor(
    private readonly job: DeploymentJob,
    private readonly session: HostSession,
    private readonly report: Report,
    private readonly situation: Situation,
    private readonly copyMethod: CopyMethod,
    private readonly ownership: Ownership,
    private readonly secrets: DeploymentSecrets,
  ) {
    this.files = DeliveredFiles.ofJob(job);
  }

  /** @throws DeployError or another failure that the client can explain, when the host does not keep the system */
  async run(): Promise<void> {
    refuseUnusable(this.job.toplevel);
    await this.connect();
    for (let start = 1; !(await this.attempt(start === MAX_STARTS)); start++);
  }

  /** False when another deployment got in between. */
  private async attempt(isLast: boolean): Promise<boolean> {
    const host = await this.inspectUnlocked();
    this.situation.host = host;
    // Another attempt is another transaction, because the host may still clear up after the first.
    const id = randomId();
    refuseUnfit(host, this.job);
    this.ownership.refuseOther(host);
    for (const notice of noticesOf(host, this.job)) this.report.relay(...notice);
    if (await this.hasAll(host)) return true;
    this.report.relay('inspect', `${host.description}, generation ${host.generation}`);
    // Nobody is asked for a secret that no host needs.
    const delivery = this.files.delivery(await this.secrets.read(host));
    await this.transfer(host, id);
    try {
      await this.activate(host, id, delivery);
      return true;
    } catch (error) {
      if (isLast || !(error instanceof Refusal) || error.code !== 'busy') throw error;
      this.situation.sent = false;
      return false;
    }
  }

  private async connect(): Promise<void> {
    await this.session.connect(connecting(this.report, this.job.connection));
  }

  private async inspectUnlocked(): Promise<HostState> {
    const deadline = Date.now() + decisionSeconds(this.job) * 1000;
    for (let isReported = false; ; isReported = true) {
      const host = await this.session.inspect();
      if (!host.locked) return host;
      if (host.lockToplevel !== this.job.toplevel || Date.now() > deadline) throw busy(host);
      if (!isReported) this.report.relay('wait', `${deployer(host)} is deploying the same system; waiting`);
      await pause(LOCK_POLL_MILLISECONDS);
    }
  }

  /** The journal on the host is the truth. A host that has all of this already is left alone. */
  private async hasAll(host: HostState): Promise<boolean> {
    const { toplevel } = this.job;
    const goal = goalNamed(this.job.goal);
    const isCommitted = host.committed === toplevel;
    const bootsOther = host.drift.includes('boots');
    const runs = host.running === toplevel || (!goal.activates && isCommitted);
    const boots = host.profile === toplevel || !goal.setsBootDefault;
    if (!runs || !boots || !host.settled || host.filesDigest !== this.files.digest) return false;
    if (goal.activates && !host.showsFiles) return false;
    if (!isCommitted || bootsOther || !this.ownership.isRecordedOn(host)) {
      // Only a system that runs can be adopted.
      if (host.running !== toplevel) return false;
      await this.adopt();
    }
    if (host.awaitsRestart) this.report.step(...RESTART_PENDING);
    this.report.done('nothing-to-do', `nothing to do; generation ${host.generation} is ${toplevel}, ${this.seconds} s`);
    return true;
  }

  private async adopt(): Promise<void> {
    const { toplevel, activationTimeoutSeconds } = this.job;
    const by = { by: deployedBy(), ownership: this.ownership.header };
    await this.session.adopt({ toplevel, activationTimeoutSeconds, filesDigest: this.files.digest, ...by });
    this.report.step('adopt', 'the host already runs this system; set its boot default and recorded it in its journal');
  }

  private async transfer(host: HostState, id: string): Promise<void> {
    const closure = await Closure.of(this.job.toplevel);
    const { session, report } = this;
    const copier = this.copyMethod.copier({ session, connection: this.job.connection, host, id, report });
    const refuse = (paths: readonly string[]) => this.secrets.refuseIn(paths, host);
    await new Transfer(session, copier, report, id, refuse).run(closure, this.job.goal, host);
  }

  private async activate(host: HostState, id: string, delivery: Delivery): Promise<void> {
    const { toplevel, goal, activationTimeoutSeconds, confirmTimeoutSeconds, settleSeconds } = this.job;
    const limits = { activationTimeoutSeconds, confirmTimeoutSeconds, settleSeconds };
    const ids = { id, nonce: randomId() };
    const what = {
      toplevel,
      goal,
      expectedRunning: host.running,
      delivery,
      by: deployedBy(),
    };
    const { header: ownership } = this.ownership;
    this.situation.sent = true;
    const end = await new Activation(this.session, { ...ids, ...what, ...limits, ownership }, this.report).run(host);
    const done = conclude(end, host, { id, toplevel, goal, login: this.job.connection }, this.seconds);
    if (end.reply?.get('reboot-pending') === 'yes') this.report.step(...RESTART_PENDING);
    this.report.done('committed', done);
  }

  private get seconds(): number {
    return Math.round((Date.now() - this.startTime) / 1000);
  }
}

function busy(host: HostState): DeployError {
  return DeployError.of('busy', {
    detail: `${deployer(host)} is deploying ${host.lockToplevel ?? 'another system'} to this host`,
    host: host.description,
  });
}

function deployer(host: HostState): string {
  return host.lockBy || 'another deployment';
}

/** Who deploys, for others who find the host busy. */
function deployedBy(): string {
  return `${userInfo().username}@${hostname()}`.replace(/[^A-Za-z0-9@._-]/g, '-').slice(0, 128);
}

function randomId(): string {
  return randomBytes(16).toString('hex');
}
