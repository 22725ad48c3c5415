import { goalNamed } from '../../../job/goal';
import type { ActivationEnd } from './activation';
import { aftermath } from './aftermath';
import { DeployError, ExitStatus } from '../../report/deploy-error';
import { describeHost, type HostState } from '../../host/host-state';
import type { TransactionRequest } from '../../host/session';
import type { SupervisorReply } from '../../host/supervisor-reply';

type Request = Pick<TransactionRequest, 'id' | 'toplevel' | 'goal'>;

/**
 * The line that reports a committed transaction.
 *
 * @throws DeployError for every other end
 */
export function conclude(end: ActivationEnd, host: HostState, request: Request, seconds: number): string {
  const { reply, state } = end;
  const now = `${describeHost(reply?.get('running'), reply?.get('profile') ?? host.profile)}`;
  if (state === 'committed') {
    if (!shows(reply, request)) throw contradicted(now);
    const before = reply?.get('generation-before') || host.generation;
    const after = reply?.get('generation-after') || 'none';
    const from = goalNamed(request.goal).activates ? '' : ' from the next boot on';
    return `generation ${before} -> ${after}, ${request.toplevel}${from}, ${seconds} s`;
  }
  const log = reply?.all('log') ?? [];
  const reason = reply?.get('reason') || 'the host gave no reason';
  if (state === 'not-started') throw notStarted(host);
  if (state === 'superseded') throw superseded(now);
  if (state === 'rolled-back') throw rolledBack(reason, end, now, log);
  if (state === 'aborted' && reply?.get('running') === host.running) throw aborted(reason, now, log);
  if (state === 'aborted' && reply?.get('boot-id') === host.bootId) throw overtaken(reason, now, log);
  if (state === 'aborted' && reply !== undefined) throw bootedAnother(reason, now, log);
  if (reply !== undefined && end.failure === undefined) throw stuck(state, reason, now, log);
  throw unknown(end, host, request);
}

/** The reply is about our transaction, and the host is as that leaves it. The supervisor always reports all of this. */
function shows(reply: SupervisorReply | undefined, { id, toplevel, goal }: Request): boolean {
  const runs = reply?.get('running') === toplevel || !goalNamed(goal).activates;
  return reply?.get('transaction') === id && reply.get('profile') === toplevel && runs;
}

function contradicted(now: string): DeployError {
  return new DeployError({
    status: ExitStatus.UNKNOWN,
    what: 'the host reported the new system as committed, but what it reports of itself does not fit that',
    host: now,
    fix: 'find out who switched the host meanwhile; run the deployment again: it first reads what the host runs',
  });
}

function rolledBack(reason: string, end: ActivationEnd, now: string, log: readonly string[]): DeployError {
  const login = end.refusedLogin === undefined ? '' : `; the last login failed: ${end.refusedLogin.message}`;
  const what = `the new system was not kept: ${reason}${login}`;
  const host = `${now}; it rolled back by itself`;
  const left = aftermath(end.reply, end.failedLogin);
  if (left !== undefined) {
    return new DeployError({ status: ExitStatus.UNKNOWN, what, host: `${host}, ${left.host}`, fix: left.fix, log });
  }
  return new DeployError({
    status: ExitStatus.ROLLED_BACK,
    what,
    host,
    fix: `${cureOf(end)}, then deploy again`,
    log,
  });
}

/** What to correct. For a login that failed we know what it needs. */
function cureOf(end: ActivationEnd): string {
  const refused = end.refusedLogin;
  if (refused === undefined || end.reply?.get('reason-code') !== 'not-confirmed') {
    return 'correct the configuration (the reason and the log lines above name the cause)';
  }
  return refused.kind === 'authentication'
    ? 'correct the configuration: its login user needs the public key that deploys (users.users.<name>.openssh.authorizedKeys)'
    : 'correct the configuration: it must run sshd and let its port through (services.openssh, networking.firewall)';
}

function aborted(reason: string, now: string, log: readonly string[]): DeployError {
  return new DeployError({
    status: ExitStatus.ROLLED_BACK,
    what: `the host restarted before it committed the new system: ${reason}`,
    host: `${now}; it booted the previous system`,
    fix: 'find out why it restarted (journalctl -b -1 on the host), then deploy again',
    log,
  });
}

/** Goal boot, or somebody on the host, had chosen it for the next boot. */
function bootedAnother(reason: string, now: string, log: readonly string[]): DeployError {
  return new DeployError({
    status: ExitStatus.UNKNOWN,
    what: `the host restarted before it committed the new system: ${reason}`,
    host: `${now}; it booted its boot default, which is not the system that ran before`,
    fix: 'find out why it restarted (journalctl -b -1 on the host), then deploy the system that it shall run',
    log,
  });
}

function overtaken(reason: string, now: string, log: readonly string[]): DeployError {
  return new DeployError({
    status: ExitStatus.FAILED,
    what: `the new system was not kept: ${reason}`,
    host: now,
    fix: 'find out who switched the host; run the deployment again if it is still wanted',
    log,
  });
}

function notStarted(host: HostState): DeployError {
  return new DeployError({
    status: ExitStatus.FAILED,
    what: 'the connection ended before the host started the deployment',
    host: `${host.description}, as before`,
    fix: 'run the deployment again',
  });
}

function superseded(now: string): DeployError {
  return new DeployError({
    status: ExitStatus.UNKNOWN,
    what: 'another deployment to this host started before we learned how this one ended',
    host: now,
    fix: 'run the deployment again: it first reads what the host runs',
  });
}

function stuck(state: string | undefined, reason: string, now: string, log: readonly string[]): DeployError {
  return new DeployError({
    status: ExitStatus.UNKNOWN,
    what: `the host could neither keep the new system nor roll back (${state ?? 'no state'}): ${reason}`,
    host: now,
    fix: 'look at the host (systemctl --failed; /var/lib/cdktf-nixos/journal); a reboot starts its boot default; then deploy again',
    log,
  });
}

function unknown(end: ActivationEnd, host: HostState, { toplevel, goal }: Request): DeployError {
  const decision = goalNamed(goal).activates
    ? `which it keeps only if a new login confirmed it; otherwise it rolls back to ${host.running} by itself`
    : `to boot from now on; until it restarts, it runs ${host.running}`;
  return new DeployError({
    status: ExitStatus.UNKNOWN,
    what: `the host stopped replying: ${end.failure?.message ?? 'no reply before the deadline'}`,
    host: `does not reply; it was sent ${toplevel}, ${decision}`,
    fix: 'look at the console of the host; when it replies again, run the deployment again: it first reads what the host runs',
  });
}
