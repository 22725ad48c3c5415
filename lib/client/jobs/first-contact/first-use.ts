import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { knownHostName } from '../../../job/known-host';
import type { SshConnection } from '../../../job/job';
import { expandHome } from '../../../private/paths';
import { ed25519KeyProblem } from '../../../validation/public-key';
import { connecting, DeployError, LinkFailure, type NewHost, type Report } from '../../kit';
import { fingerprint } from './ed25519';

/** The file in which the user wants keys to be written down that were believed. */
export class FirstUseFile {
  private readonly file: string;
  private readonly name: string;

  constructor(file: string, { host, port }: SshConnection) {
    this.file = expandHome(file);
    this.name = knownHostName(host, port);
  }

  /** The key of the host; undefined before the first login. */
  get key(): string | undefined {
    const line = this.lines.find((candidate) => candidate.startsWith(`${this.name} `));
    return line?.slice(this.name.length + 1).trim();
  }

  add(publicKey: string): void {
    writeFileSync(this.file, [...this.lines, `${this.name} ${publicKey}`, ''].join('\n'));
  }

  get description(): string {
    return `the one that ${this.file} has for ${this.name}`;
  }

  private get lines(): string[] {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8').replace(/\n$/, '').split('\n').filter(Boolean) : [];
  }
}

interface FirstUse {
  readonly connection: SshConnection;
  readonly report: Report;
  /** Accepts this key of the host, or any. */
  readonly session: (hostKey: string | undefined) => NewHost;
}

/** The first contact of who believes the first key: it is written down, or it is the one that was written down before. */
export async function believeFirstKey(file: FirstUseFile, { connection, report, session }: FirstUse): Promise<void> {
  const known = file.key;
  const host = session(known);
  try {
    await host.connect(connecting(report, connection)).catch((error: unknown) => {
      throw known === undefined ? error : explained(error, known, file);
    });
    const key = known ?? host.learnedKey;
    if (ed25519KeyProblem(key) !== undefined) throw new Error('ssh did not write down the key of the host');
    if (known === undefined) file.add(key);
    const how = known === undefined ? 'believed without a check, and written down' : 'as it was written down';
    report.done('first-contact', `the key of the host is ${fingerprint(key)}, ${how}`);
  } finally {
    await host.close();
  }
}

function explained(error: unknown, known: string, file: FirstUseFile): unknown {
  if (!(error instanceof LinkFailure) || error.kind !== 'host-key') return error;
  return DeployError.of('no-connection', {
    detail: `the host showed another key than ${fingerprint(known)}, ${file.description}: ${error.message}`,
    host: 'was not changed: nothing was sent to it',
    fix: 'if it is another server, remove the line from the file: its first key is then believed; if not, somebody may be intercepting the connection',
  });
}
