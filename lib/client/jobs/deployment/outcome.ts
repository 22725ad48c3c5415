import { goalNamed } from '../../../job/goal';
import type { ActivationEnd } from './activation';
import { aftermath } from './aftermath';
import { type Login, loginCure } from './login-cure';
import { DeployError } from '../../report/deploy-error';
import { rollbackEnding } from '../../report/ending';
import { describeHost, type HostState } from '../../host/host-state';
import type { TransactionRequest } from '../../host/session';
import type { SupervisorReply } from '../../host/supervisor-reply';

/** What was asked of the host, and who logs in there. */
interface Request extends Pick<TransactionRequest, 'id' | 'toplevel' | 'goal'> {
  readonly login: Login;
}

/**
 * The line that reports a committed transaction.
 *
 * @throws DeployError for every other end
 */
export function conclude(end: ActivationEnd, host: HostState, request: Request, seconds: number): string {
  const { reply, state } = end;
  const now = describeHost(reply?.get('running'), reply?.get('profile') ?? host.profile);
  if (state === 'committed') {
    if (!shows(reply, request)) throw DeployError.of('contradicted', { host: now });
    const before = reply?.get('generation-before') || host.generation;
    const after = reply?.get('generation-after') || 'none';
    const from = goalNamed(request.goal).activates ? '' : ' from the next boot on';
    return `generation ${before} -> ${after}, ${request.toplevel}${from}, ${seconds} s`;
  }
  throw failure(end, host, request, now);
}

/** The reply is about our transaction, and shows the host as a commit leaves it. A supervisor reports all of this. */
function shows(reply: SupervisorReply | undefined, { id, toplevel, goal }: Request): boolean {
  const runs = reply?.get('running') === toplevel || !goalNamed(goal).activates;
  return reply?.get('transaction') === id && reply.get('profile') === toplevel && runs;
}

/** Every end but a commit. */
function failure(end: ActivationEnd, host: HostState, request: Request, now: string): DeployError {
  const { reply, state } = end;
  const details = { detail: reply?.get('reason') || 'the host gave no reason', log: reply?.all('log') ?? [] };
  if (state === 'not-started') return DeployError.of('not-started', { host: `${host.description}, as before` });
  if (state === 'superseded') return DeployError.of('superseded', { host: now });
  if (state === 'rolled-back') return rolledBack(end, request, now, details);
  if (state === 'aborted' && reply?.get('running') === host.running) {
    return DeployError.of('host-restarted', { ...details, host: `${now}; it booted the previous system` });
  }
  if (state === 'aborted' && reply?.get('boot-id') === host.bootId) {
    return DeployError.of('overtaken', { ...details, detail: notKept(end, details), host: now });
  }
  if (state === 'aborted' && reply !== undefined) {
    // Goal boot or somebody on the host had chosen that system for the next boot.
    const which = 'it booted its boot default, which is not the system that ran before';
    return DeployError.of('booted-another', { ...details, host: `${now}; ${which}` });
  }
  if (reply === undefined || end.failure !== undefined) return silent(end, host, request);
  return isAsBefore(reply, host) ? bootLoaderFailed(now, details) : stuck(state, now, details);
}

interface Details {
  readonly detail: string;
  readonly log: readonly string[];
}

function notKept({ isUnswitched }: ActivationEnd, { detail }: Details): string {
  return `the new ${isUnswitched ? 'secrets were' : 'system was'} not kept: ${detail}`;
}

function rolledBack(end: ActivationEnd, { toplevel, login }: Request, now: string, details: Details): DeployError {
  const refused = end.refusedLogin;
  const detail = notKept(end, details) + (refused === undefined ? '' : `; the last login failed: ${refused.message}`);
  const host = `${now}; it rolled back by itself`;
  const left = aftermath(end.reply, end.failedLogin);
  if (left !== undefined) {
    return DeployError.of('not-as-before', { ...details, detail, host: `${host}, ${left.host}`, fix: left.fix });
  }
  const code = rollbackEnding(end.reply?.get('reason-code'));
  if (end.isUnswitched && code.startsWith('unit'))
    return DeployError.of(code, { ...details, detail, host, fix: UNITS });
  const cure = code === 'not-confirmed' && refused !== undefined ? loginCure(refused, login, toplevel) : undefined;
  const fix = cure === undefined ? undefined : `correct the configuration: ${cure}, then deploy again`;
  return DeployError.of(code, { ...details, detail, host, fix });
}

/** Only secrets are new, so one of them is the likely cause. */
const UNITS = 'correct the secret, or the unit that reads it (the reason names it), then deploy again';

/** Only the program that writes the boot loader failed: in the commit, and again when the rollback called it. */
function isAsBefore(reply: SupervisorReply, host: HostState): boolean {
  const systems = [reply.get('running'), reply.get('profile'), host.profile];
  return reply.get('reason-code') === 'boot-failed' && systems.every((system) => system === host.running);
}

function bootLoaderFailed(now: string, { detail, log }: Details): DeployError {
  const host = `${now}, as before; what the boot loader has is what its program left there`;
  return DeployError.of('boot-loader-failed', { detail, log, host });
}

function stuck(state: string | undefined, now: string, { detail, log }: Details): DeployError {
  return DeployError.of('stuck', {
    detail: state === 'rollback-failed' ? detail : `its state is ${state ?? 'not known'}: ${detail}`,
    log,
    host: now,
  });
}

function silent(end: ActivationEnd, host: HostState, { toplevel, goal }: Request): DeployError {
  const decision = goalNamed(goal).activates
    ? `which it keeps only if a new login confirmed it; otherwise it rolls back to ${host.running} by itself`
    : `to boot from now on; until it restarts, it runs ${host.running}`;
  return DeployError.of('silent', {
    detail: end.failure?.message ?? 'no reply before the deadline',
    host: `does not reply; it was sent ${toplevel}, ${decision}`,
  });
}
