import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cutOff, ssh, type StartedProcess } from '../../private/process';
import type { SshConnection } from '../../job/job';
import { LinkFailure } from './link-failure';
import { CONFIG_FILE, controlSocket, sshFiles, TARGET } from './ssh-config';
import { lastLines, tail } from '../report/text';
import type { Workspace } from './workspace';

/** How often we look whether the master listens yet: a login takes about 0.3 s. */
const MASTER_POLL_MILLISECONDS = 15;
const RETRY_MILLISECONDS = 1000;
/** fail2ban and sshd's own penalties ban clients that they refuse too often. */
export const REFUSED_RETRY_MILLISECONDS = 10_000;
/** How long an ssh may take to end that was asked to. */
const CLOSE_SECONDS = 5;
/** How many refused logins a booting host is forgiven: its keys may come after its sshd. */
const MAX_EARLY_LOGINS = 3;
/** For key exchange and login, on top of the time to connect; a jump host adds its own. */
const LOGIN_SECONDS = 15;

/**
 * The way to one host. One master connection carries all work; a fresh login proves that the next one will work too,
 * so it must never share the master.
 */
export class SshLink {
  private master: StartedProcess | undefined;
  readonly configFile: string;

  /** @param learns whether any key of the machine is believed: only for a user who wrote that down */
  constructor(
    private readonly connection: SshConnection,
    private readonly workspace: Workspace,
    learns = false,
  ) {
    this.configFile = path.join(workspace.directory, CONFIG_FILE);
    const { files, identities } = sshFiles(connection, workspace.directory, learns);
    for (const [name, content] of Object.entries(files)) workspace.write(name, content);
    for (const [name, file] of Object.entries(identities)) workspace.link(name, file);
  }

  /**
   * Logs in, and tries a host that does not reply again until `bootTimeoutSeconds` are over. A booting host may listen
   * before it has its keys: after an attempt that found nobody, a refused login is tried again, too.
   *
   * @throws LinkFailure
   */
  async open(onRetry: (failure: LinkFailure, secondsLeft: number) => void): Promise<void> {
    await refuseUnusableSsh();
    const deadline = Date.now() + this.connection.bootTimeoutSeconds * 1000;
    const failures: LinkFailure[] = [];
    for (;;) {
      try {
        return await this.openOnce();
      } catch (error) {
        if (!(error instanceof LinkFailure)) throw error;
        failures.push(error);
        const interval = retryInterval(failures);
        const left = deadline - Date.now();
        if (interval === undefined || left <= interval) throw mostTelling(failures);
        onRetry(error, Math.ceil(left / 1000));
        await pause(interval);
      }
    }
  }

  /** Logs in again when the master connection is gone. */
  async reopen(): Promise<void> {
    if (this.master === undefined || !existsSync(controlSocket(this.workspace.directory))) {
      await this.open(() => undefined);
    }
  }

  /** Starts one command on the host, over the master or, if `isFresh`, over a login of its own. */
  start(command: string, options: { readonly isFresh?: boolean } = {}): StartedProcess {
    const route = options.isFresh ? [...FRESH_LOGIN, ...EXPLAINED] : [];
    return ssh.start(['-F', this.configFile, ...route, TARGET, command], UNTRANSLATED);
  }

  /** The key that the machine showed, of a link that learns: `ssh-ed25519 AAAA...` */
  get learnedKey(): string {
    const known = readFileSync(path.join(this.workspace.directory, `known_hosts-${TARGET}`), 'utf8');
    return known.trim().split(' ').slice(1, 3).join(' ');
  }

  /** How long any single login may take before it counts as a timeout. */
  get loginSeconds(): number {
    return (this.connection.connectTimeoutSeconds + LOGIN_SECONDS) * (this.connection.jumpHosts.length + 1);
  }

  /** Ends the master connection: politely, so that the host sees it end, and after a while in any case. */
  async close(): Promise<void> {
    const { master } = this;
    if (master === undefined) return;
    this.master = undefined;
    master.kill('SIGTERM');
    const limit = setTimeout(() => cutOff(master), CLOSE_SECONDS * 1000);
    await master.finally(() => clearTimeout(limit));
  }

  private async openOnce(): Promise<void> {
    await this.close();
    // A master that was killed leaves its socket behind.
    rmSync(controlSocket(this.workspace.directory), { force: true });
    const master = ssh.start(
      ['-F', this.configFile, '-o', 'ControlMaster=yes', ...EXPLAINED, '-N', TARGET],
      UNTRANSLATED,
    );
    const stderr = tail(master.stderr);
    master.stdin.end();
    master.stdout.resume();
    let ended = false;
    let code: string | undefined;
    const end = master.then((result) => {
      ended = true;
      code = result.code;
      if (this.master === master) this.master = undefined;
    });
    const deadline = Date.now() + this.loginSeconds * 1000;
    while (!existsSync(controlSocket(this.workspace.directory))) {
      if (ended) throw LinkFailure.fromStderr(stderr(), code);
      if (Date.now() > deadline) {
        cutOff(master);
        await end;
        throw new LinkFailure('timeout', `no login within ${this.loginSeconds} s`);
      }
      await pause(MASTER_POLL_MILLISECONDS);
    }
    this.master = master;
  }
}

/** A program that is missing or does not run at all fails here, with its own words, and no host is waited for. */
async function refuseUnusableSsh(): Promise<void> {
  const { exitCode, stderr } = await ssh.capture(['-V']);
  if (exitCode !== 0)
    throw LinkFailure.local(lastLines(stderr, 3).join('; ') || `ssh -V ended with status ${exitCode}`);
}

/** Milliseconds to the next attempt; undefined when another one would not help. */
function retryInterval(failures: readonly LinkFailure[]): number | undefined {
  const last = failures.at(-1);
  if (!last?.final) return RETRY_MILLISECONDS;
  const refused = failures.filter(({ kind }) => kind === 'authentication');
  const early = last.kind === 'authentication' && failures.some(({ meansAbsence }) => meansAbsence);
  return early && refused.length <= MAX_EARLY_LOGINS ? REFUSED_RETRY_MILLISECONDS : undefined;
}

/** A refused login explains more than the silence of a host that has banned us for it. */
function mostTelling(failures: readonly LinkFailure[]): LinkFailure | undefined {
  return failures.filter(({ kind }) => kind === 'authentication').at(-1) ?? failures.at(-1);
}

/** The proof of a new login rests on this: a channel of the master would work even when nobody can log in any more. */
const FRESH_LOGIN = ['-o', 'ControlMaster=no', '-o', 'ControlPath=none'];

/** Only at this level ssh reports that the host has no key of the pinned type. */
const EXPLAINED = ['-o', 'LogLevel=INFO'];

/** LinkFailure reads the messages. */
const UNTRANSLATED = { env: { LC_ALL: 'C' } };
