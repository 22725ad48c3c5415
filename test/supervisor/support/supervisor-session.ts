import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { supervisorText } from '../../../scripts/build/supervisor.mjs';
import type { LabHost } from '../../../lab';
import { launch } from '../../../lab/command';
import { ssh, sshArguments } from '../../../lab/ssh';
import { untilTidy } from './host-journal';
import { SupervisorReply } from './supervisor-reply';

/** The word of every call of ours. */
export const CALL = 'c0ffee00c0ffee00';

/** The text that the client sends. */
export const SUPERVISOR = Buffer.from(supervisorText());

export type Header = readonly (readonly [key: string, value: string | number])[];

export interface StartOptions {
  /** @default - what runs now */
  readonly running?: string;
  /** @default 'switch' */
  readonly goal?: string;
  readonly activationSeconds?: number;
  readonly confirmSeconds?: number;
  /** @default 0: one proof */
  readonly settleSeconds?: number;
  /** Content of values by name. */
  readonly values?: { readonly [name: string]: string };
  readonly secrets?: Secrets;
  /** Lines `<kind> <name> <unit>`. */
  readonly restarts?: readonly string[];
  readonly reloads?: readonly string[];
  /** More lines of the header. */
  readonly header?: Header;
}

/** Secrets by name: the content, or more. */
export interface Secrets {
  readonly [name: string]:
    | string
    | {
        readonly content: string;
        /** @default 'secret' */
        readonly kind?: 'secret' | 'memory-secret';
        /** Owner, group and mode. @default 'root root 0400' */
        readonly access?: string;
      };
}

/** Names of one transaction, and the reply to its `start`. */
export interface Transaction {
  readonly id: string;
  readonly nonce: string;
  readonly reply: SupervisorReply;
}

/** Speaks the wire format to one lab host, byte by byte as docs/activation.md has it, over real ssh. */
export class SupervisorSession {
  private readonly command: string;

  /**
   * @param prefix what runs the shell. @default - sudo for users that are not root
   * @param supervisor the text that is sent. @default - as it is built
   */
  constructor(
    private readonly host: LabHost,
    prefix = host.user === 'root' ? '' : 'sudo -n ',
    private readonly supervisor = SUPERVISOR,
  ) {
    this.command = `exec ${prefix}sh -c 'SUPERVISOR=$(head -c ${supervisor.length}); eval "$SUPERVISOR"'`;
  }

  /** One verb over a connection of its own. */
  async call(verb: string, header: Header = [], payload: string | Buffer = ''): Promise<SupervisorReply> {
    return this.send(requestOf(verb, header), payload);
  }

  /** Any bytes after the supervisor's text. */
  async send(header: string, payload: string | Buffer = '', supervisor = this.supervisor): Promise<SupervisorReply> {
    const input = Buffer.concat([supervisor, Buffer.from(header), Buffer.from(payload)]);
    const { exitCode, stdout, stderr } = await ssh(this.host, this.command, { input });
    return new SupervisorReply(exitCode, stdout, stderr, CALL);
  }

  /** Like `call`, over a connection that is silent after the payload and does not end. */
  async hold(verb: string, header: Header, payload: Buffer): Promise<SupervisorReply> {
    const child = launch('ssh', sshArguments(this.host, this.command), ['pipe', 'pipe', 'pipe']);
    child.stdin!.on('error', () => undefined);
    child.stdin!.write(Buffer.concat([this.supervisor, Buffer.from(requestOf(verb, header)), payload]));
    const exited = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 137)));
    const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout!), text(child.stderr!), exited]);
    return new SupervisorReply(exitCode, stdout, stderr, CALL);
  }

  /** Begins a transaction with a system whose closure is on the host. */
  async start(toplevel: string, options: StartOptions = {}): Promise<Transaction> {
    const names = { id: randomId(), nonce: randomId() };
    const { values = {}, secrets = {} } = options;
    const files = [
      ...Object.entries(secrets).map(([name, secret]) => secretFile(name, secret)),
      ...Object.entries(values).map(([name, content]) => ({ line: valueLine(name, content), content })),
    ];
    const header: Header = [
      ['id', names.id],
      ['toplevel', toplevel],
      ['expected-running', options.running ?? (await this.host.running())],
      ['goal', options.goal ?? 'switch'],
      ['activation-seconds', options.activationSeconds ?? 20],
      ['confirm-seconds', options.confirmSeconds ?? 20],
      ['settle-seconds', options.settleSeconds ?? 0],
      ['nonce', names.nonce],
      ['files-digest', files.length === 0 ? 'none' : digestOf({ ...values, ...secrets })],
      ['by', 'test@here'],
      ...(options.header ?? []),
      ...files.map(({ line }) => ['file', line] as const),
      ...(options.restarts ?? []).map((line) => ['restart', line] as const),
      ...(options.reloads ?? []).map((line) => ['reload', line] as const),
    ];
    const payload = files.map(({ content }) => content).join('');
    return { ...names, reply: await this.call('start', header, payload) };
  }

  async confirm({ id, nonce }: Pick<Transaction, 'id' | 'nonce'>): Promise<SupervisorReply> {
    return this.call('confirm', [
      ['id', id],
      ['nonce', nonce],
    ]);
  }

  /** A whole deployment of a system whose closure is on the host, until the host has tidied up. */
  async deploy(toplevel: string, options: StartOptions = {}): Promise<SupervisorReply> {
    const transaction = await this.start(toplevel, options);
    transaction.reply.ok();
    const end = options.goal === 'boot' ? transaction.reply : (await this.confirm(transaction)).ok();
    await untilTidy(this.host, transaction.id);
    return end;
  }
}

function requestOf(verb: string, header: Header): string {
  const lines = [['format', 1], ['call', CALL], ['verb', verb], ...header].map(([key, value]) => `${key}=${value}`);
  return `${lines.join('\n')}\n\n`;
}

export function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** What announces a value as every service can read it. */
export function valueLine(name: string, content: string): string {
  return `value ${name} root root 0644 ${announced(content)}`;
}

function secretFile(name: string, secret: Secrets[string]): { readonly line: string; readonly content: string } {
  const {
    content,
    kind = 'secret',
    access = 'root root 0400',
  } = typeof secret === 'string' ? { content: secret } : secret;
  return { line: `${kind} ${name} ${access} ${announced(content)}`, content };
}

function announced(content: string): string {
  return `${Buffer.byteLength(content)} ${createHash('sha256').update(content).digest('hex')}`;
}

/** Stands for the client's digest: any 64 digits that differ when the files do. */
function digestOf(files: object): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}
