import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Lab, LabHost } from '../lab';
import { run } from '../lab/command';

const TEXT = readFileSync(path.join(__dirname, '../../lib/deploy/supervisor.sh'));
const EVENT = /^@nixos ([a-z-]+)=(.*)$/;

/** What the supervisor said to one verb. */
export class Answer {
  private readonly events: (readonly [string, string])[];

  constructor(
    readonly exitCode: number,
    readonly stdout: string,
    readonly stderr: string,
  ) {
    const matches = stdout.split('\n').map((line) => EVENT.exec(line));
    this.events = matches.filter((match) => match !== null).map((match) => [match[1]!, match[2]!] as const);
  }

  /** The last value of an event; undefined when it never came. */
  get(key: string): string | undefined {
    return this.all(key).at(-1);
  }

  all(key: string): string[] {
    return this.events.filter(([name]) => name === key).map(([, value]) => value);
  }

  /** Fails with everything that was said, unless the verb came to its end. */
  ok(): this {
    if (this.exitCode !== 0) throw new Error(`exit ${this.exitCode}\n${this.stdout}\n${this.stderr}`);
    return this;
  }
}

export type Header = readonly (readonly [key: string, value: string | number])[];

/** Speaks the wire format to one lab host, byte by byte as written in docs/activation.md, over real ssh. */
export class SupervisorSession {
  private readonly ssh: readonly string[];

  constructor(
    lab: Lab,
    private readonly host: LabHost,
    private readonly text: Buffer = TEXT,
  ) {
    const knownHosts = path.join(lab.directory, `known-hosts-${host.name}`);
    writeFileSync(knownHosts, `${host.address} ${host.hostKey}\n`);
    const options = [
      'BatchMode=yes',
      'ConnectTimeout=5',
      'ControlPath=none',
      'IdentitiesOnly=yes',
      'LogLevel=ERROR',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${knownHosts}`,
    ];
    this.ssh = ['-F', '/dev/null', '-i', host.identityFile, ...options.flatMap((option) => ['-o', option])];
  }

  /** One verb over a connection of its own. */
  async call(verb: string, header: Header = [], payload: string | Buffer = ''): Promise<Answer> {
    const lines = [['format', 1], ['verb', verb], ...header].map(([key, value]) => `${key}=${value}`);
    return this.send(`${lines.join('\n')}\n\n`, payload);
  }

  /** Any bytes after the supervisor's text. */
  async send(header: string, payload: string | Buffer = ''): Promise<Answer> {
    const sudo = this.host.user === 'root' ? '' : 'sudo -n ';
    const command = `exec ${sudo}sh -c 'SUPERVISOR=$(head -c ${this.text.length}); eval "$SUPERVISOR"'`;
    const input = Buffer.concat([this.text, Buffer.from(header), Buffer.from(payload)]);
    const args = [...this.ssh, `${this.host.user}@${this.host.address}`, command];
    const { exitCode, stdout, stderr } = await run('ssh', args, { input });
    return new Answer(exitCode, stdout, stderr);
  }
}
