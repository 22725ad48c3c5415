import { InputError } from '../validation/problem';
import { ProcessError } from '../private/process';
import { CopyFailure } from './copy/closure-copier';
import { DeployError, ExitStatus, CARRIES_ON, NOT_CONTACTED } from './report/deploy-error';
import type { Situation } from './jobs/job-kind';
import { LinkFailure } from './host/link-failure';
import { NoReply, Refusal, type RefusalCode } from './host/supervisor-reply';
import { lastLines } from './report/text';

/** Any failure in the three parts that a user needs. */
export function explain(error: unknown, { host, sent }: Situation): DeployError {
  const before = host === undefined ? NOT_CONTACTED : `${host.description}, as before`;
  if (error instanceof DeployError) return error;
  if (error instanceof InputError) return inputError(error);
  if (error instanceof Refusal) return refusal(error, host === undefined ? 'was not changed' : before);
  if (error instanceof LinkFailure) return linkFailure(error, host === undefined ? 'was not changed' : before);
  if (error instanceof NoReply) return noReply(error, host === undefined ? 'was not changed' : before);
  if (error instanceof ProcessError) return processError(error, before);
  if (error instanceof CopyFailure) return copyFailure(error, before);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const log = lastLines(stack ?? '', 10);
  const [status, now] = sent ? [ExitStatus.UNKNOWN, CARRIES_ON] : [ExitStatus.FAILED, before];
  return new DeployError({ status, what: message, host: now, fix: 'report this as a bug', log });
}

function inputError(error: InputError): DeployError {
  const fix = 'correct the value where it comes from, then run the deployment again';
  return new DeployError({ status: ExitStatus.BAD_INPUT, what: error.message, host: NOT_CONTACTED, fix });
}

function linkFailure(error: LinkFailure, host: string): DeployError {
  const what = `${HEADINGS[error.kind]}: ${error.message}`;
  return new DeployError({ status: ExitStatus.FAILED, what, host, fix: error.fix });
}

const HEADINGS: { readonly [kind in LinkFailure['kind']]: string } = {
  'host-key': 'the host key is not the pinned one',
  authentication: 'the host does not accept the login',
  configuration: 'ssh does not start',
  refused: 'the host refuses the connection',
  timeout: 'the host does not answer',
  name: 'the host name is not known',
  unreachable: 'the host cannot be reached',
  closed: 'the connection was lost',
};

function noReply(error: NoReply, host: string): DeployError {
  const sudo = error.output.some((line) => line.startsWith('sudo:'));
  return new DeployError({
    status: ExitStatus.FAILED,
    what: `the login works but the command on the host ended with status ${error.exitCode}: ${error.message}`,
    host,
    fix: sudo
      ? 'allow the user to run sudo without a password (security.sudo.wheelNeedsPassword = false, or a rule with NOPASSWD), or log in as root'
      : 'the login shell must run the given command (no forced command, no /bin/false), and sh and head must be on its PATH',
    log: error.output,
  });
}

const REFUSALS: { readonly [code in RefusalCode]: readonly [status: ExitStatus, fix: string] } = {
  'bad-request': [ExitStatus.BAD_INPUT, 'run cdktf synth again with the version of cdktf-nixos that applies'],
  busy: [ExitStatus.BUSY, 'wait until the other deployment is over, then run this one again'],
  drift: [
    ExitStatus.FAILED,
    'somebody else switched the host in the meantime; run the deployment again if it is still wanted',
  ],
  'not-nixos': [ExitStatus.FAILED, 'install NixOS on the host first (for example with nixos-anywhere)'],
  damaged: [
    ExitStatus.FAILED,
    'run the deployment again: damaged paths are copied again; if it persists, check the disk',
  ],
  'no-space': [
    ExitStatus.FAILED,
    'make room on the host (nix-collect-garbage --delete-older-than 30d), then deploy again',
  ],
  'needs-reboot': [ExitStatus.FAILED, 'deploy with DeploymentGoal.BOOT and reboot the host'],
  'newer-format': [
    ExitStatus.FAILED,
    'deploy with the version of cdktf-nixos that last deployed to this host, or a newer one',
  ],
  'not-root': [ExitStatus.FAILED, 'set ssh.user to root, or ssh.privilegeEscalation to PrivilegeEscalation.SUDO'],
  failed: [ExitStatus.FAILED, 'the message above names what failed on the host; run the deployment again'],
};

function refusal(error: Refusal, host: string): DeployError {
  const [status, fix] = REFUSALS[error.code] ?? REFUSALS.failed;
  const log = error.reply.all('log');
  const now = error.code === 'drift' ? 'was not changed by this deployment' : host;
  return new DeployError({ status, what: error.message, host: now, fix, log });
}

function processError(error: ProcessError, host: string): DeployError {
  const log = lastLines(error.result?.stderr ?? '', 10);
  if (!error.missing)
    return new DeployError({ status: ExitStatus.FAILED, what: error.message, host, fix: 'see the lines above', log });
  const what = `${error.program} is not on PATH on the machine that applies`;
  const fix = error.program.startsWith('nix') ? 'install Nix 2.8 or newer' : `install ${error.program}`;
  return new DeployError({ status: ExitStatus.PROGRAM_MISSING, what, host, fix });
}

function copyFailure(error: CopyFailure, host: string): DeployError {
  const fix =
    'run the deployment again: the host keeps what has arrived; CDKTF_NIXOS_COPY=nix-copy-closure copies by another method';
  return new DeployError({
    status: ExitStatus.FAILED,
    what: `the copy failed: ${error.message}`,
    host,
    fix,
    log: error.log,
  });
}
