import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LinkFailure, ssh, sshKeygen, type StartedProcess, tail } from '../../kit';
import type { Workspace } from '../../host/workspace';
import { uploadError } from './explained';

const CONFIG = 'rescue_config';
const KEY = 'rescue_key';
/** From power on to the first login: a rescue system takes about a minute. */
const BOOT_SECONDS = 300;
const RETRY_MILLISECONDS = 2000;
const LOGIN_SECONDS = 30;

/** Nothing of the image may be in use there. */
const IS_RESCUE = 'if grep -q "^/dev/sda" /proc/mounts; then echo mounted; else echo rescue; fi';

/**
 * Logins to the rescue system of the builder, with a key of their own. No API tells its host key: the first login learns
 * it, and all others have to meet it again.
 */
export class RescueLogin {
  /** @throws ProcessError when there is no ssh-keygen */
  static async create(workspace: Workspace): Promise<RescueLogin> {
    const file = path.join(workspace.directory, KEY);
    const { exitCode, stderr } = await sshKeygen.capture(['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
    if (exitCode !== 0) throw uploadError(`ssh-keygen failed: ${stderr}`, 'repair OpenSSH on the machine that applies');
    return new RescueLogin(workspace, readFileSync(`${file}.pub`, 'utf8').trim());
  }

  private constructor(
    private readonly workspace: Workspace,
    readonly publicKey: string,
  ) {}

  /** Waits until the rescue system can be logged in to. @throws LinkFailure @throws DeployError */
  async open(address: string, onRetry: (reason: string) => void): Promise<void> {
    this.workspace.write(CONFIG, configuration(address, this.workspace.directory));
    const deadline = Date.now() + BOOT_SECONDS * 1000;
    for (;;) {
      const failure = await this.attempt();
      if (failure === undefined) return;
      if (failure.kind === 'host-key' || Date.now() > deadline) throw failure;
      onRetry(`waiting for the rescue system: ${failure.message}`);
      await pause(RETRY_MILLISECONDS);
    }
  }

  /** Starts one command there. */
  start(command: string): StartedProcess {
    const file = path.join(this.workspace.directory, CONFIG);
    return ssh.start(['-F', file, 'rescue', command], { env: { LC_ALL: 'C' } });
  }

  /** Runs one command there to its end. @throws LinkFailure when it fails */
  async run(command: string, { input = '', seconds }: { readonly input?: string; readonly seconds: number }) {
    const file = path.join(this.workspace.directory, CONFIG);
    const options = { env: { LC_ALL: 'C' }, input, timeoutSeconds: seconds };
    const { exitCode, stdout, stderr } = await ssh.capture(['-F', file, 'rescue', command], options);
    if (exitCode !== 0) throw failureOf(exitCode, stderr);
    return stdout.trim();
  }

  private async attempt(): Promise<LinkFailure | undefined> {
    const started = this.start(IS_RESCUE);
    const [stdout, stderr] = [tail(started.stdout), tail(started.stderr)];
    started.stdin.end();
    const limit = setTimeout(() => started.kill('SIGKILL'), LOGIN_SECONDS * 1000);
    const { exitCode, code } = await started.finally(() => clearTimeout(limit));
    if (exitCode === 0 && stdout().trim() === 'rescue') return undefined;
    if (exitCode !== 0) return LinkFailure.fromStderr(stderr(), code);
    throw uploadError('the server did not boot into its rescue system', 'apply again');
  }
}

function failureOf(exitCode: number, stderr: string): LinkFailure | Error {
  // ssh itself ends with 255.
  if (exitCode === 255) return LinkFailure.fromStderr(stderr);
  return uploadError(`a command in the rescue system ended with status ${exitCode}`, 'apply again', [
    ...stderr.split('\n').slice(-5),
  ]);
}

/** ssh does not read the user's own configuration (-F), and offers no other key. */
function configuration(address: string, directory: string): string {
  const options = [
    `HostName ${address}`,
    'User root',
    'Port 22',
    `IdentityFile ${path.join(directory, KEY)}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    'BatchMode yes',
    'PreferredAuthentications publickey',
    'StrictHostKeyChecking accept-new',
    `UserKnownHostsFile ${path.join(directory, 'rescue_known_hosts')}`,
    'GlobalKnownHostsFile /dev/null',
    'UpdateHostKeys no',
    'VerifyHostKeyDNS no',
    'CheckHostIP no',
    'CanonicalizeHostname no',
    'ForwardAgent no',
    'ForwardX11 no',
    'RequestTTY no',
    'EscapeChar none',
    'Compression no',
    'ControlMaster no',
    'ControlPath none',
    'ConnectTimeout 10',
    'ServerAliveInterval 5',
    'ServerAliveCountMax 6',
    'LogLevel ERROR',
  ];
  return ['Host rescue', ...options.map((option) => `  ${option}`), ''].join('\n');
}
