import { InputError } from '../validation/problem';
import { ProcessError } from '../private/process';
import { CopyFailure } from './copy/closure-copier';
import { DeployError, ExitStatus, CARRIES_ON, NOT_CONTACTED } from './report/deploy-error';
import type { Situation } from './jobs/job-kind';
import { LinkFailure } from './host/link-failure';
import { NoReply, Refusal } from './host/supervisor-reply';
import { refusalCode } from './report/refusals';
import { escalationCure } from './report/escalation-cure';
import { lastLines } from './report/text';

/** Any failure in the three parts that a user needs. */
export function explain(error: unknown, situation: Situation): DeployError {
  const { sent, unchanged } = situation;
  const before = situation.host === undefined ? NOT_CONTACTED : unchanged;
  if (error instanceof DeployError) return error;
  if (error instanceof InputError) return inputError(error);
  if (error instanceof Refusal) return refusal(error, unchanged);
  if (error instanceof LinkFailure) return linkFailure(error, unchanged);
  if (error instanceof NoReply) return noReply(error, unchanged);
  if (error instanceof ProcessError) return processError(error, before);
  if (error instanceof CopyFailure) return copyFailure(error, before);
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const log = lastLines(stack ?? '', 10);
  const [status, now] = sent ? [ExitStatus.UNKNOWN, CARRIES_ON] : [ExitStatus.FAILED, before];
  return new DeployError({ status, what: message, host: now, fix: 'report this as a bug, with these lines', log });
}

function inputError(error: InputError): DeployError {
  const { what, fix } = error;
  return new DeployError({ status: ExitStatus.BAD_INPUT, what, host: NOT_CONTACTED, fix });
}

function linkFailure(error: LinkFailure, host: string): DeployError {
  const what = `${HEADINGS[error.kind]}: ${error.message}`;
  return DeployError.of('no-connection', { detail: what, host, fix: error.fix });
}

const HEADINGS: { readonly [kind in LinkFailure['kind']]: string } = {
  local: 'ssh does not work on the machine that applies',
  'host-key': 'the host key is not the pinned one',
  authentication: 'the host does not accept the login',
  password: 'sudo of the host does not accept the password',
  configuration: 'ssh does not start',
  refused: 'the host refuses the connection',
  timeout: 'the host does not reply',
  name: 'the host name is not known',
  unreachable: 'the host cannot be reached',
  output: 'the host printed too much',
  stuck: 'the host does not finish',
  closed: 'the connection was lost',
};

/** For a login that runs no command of ours. */
const SHELL_FIX =
  'the login shell must run the given command (no forced command, no /bin/false), and sh and head must be on its PATH';

function noReply(error: NoReply, host: string): DeployError {
  return DeployError.of('no-reply', {
    detail: `the login works but the command on the host ended with status ${error.exitCode}: ${error.message}`,
    host,
    fix: escalationCure(error.output.join('\n')) ?? SHELL_FIX,
    log: error.output,
  });
}

function refusal(error: Refusal, host: string): DeployError {
  const code = refusalCode(error.code);
  const log = error.reply.all('log');
  const now = error.code === 'drift' ? 'was not changed by this deployment' : host;
  return DeployError.of(code, { detail: error.message, host: now, log });
}

function processError(error: ProcessError, host: string): DeployError {
  const log = lastLines(error.result?.stderr ?? '', 10);
  if (!error.missing) return DeployError.of('program-failed', { detail: error.message, host, log });
  const fix = `install ${PACKAGES[error.program] ?? error.program} on the machine that applies`;
  return new DeployError({ status: ExitStatus.PROGRAM_MISSING, what: error.message, host, fix });
}

/** What has a program, where that is called otherwise. */
const PACKAGES: { readonly [program: string]: string } = {
  nix: 'Nix 2.8 or newer',
  'nix-store': 'Nix 2.8 or newer',
  ssh: 'OpenSSH 7.6 or newer',
};

function copyFailure(error: CopyFailure, host: string): DeployError {
  return DeployError.of('copy-failed', { detail: error.message, host, log: error.log });
}
