import { randomBytes } from 'node:crypto';
import type { StartedProcess } from '../../private/process';

/** Gives a password that was asked for. It has no line end. */
export type Password = () => Promise<Buffer>;

/** What the other side says in the talk of one call. */
export interface Cues {
  /** Of sudo, when it asks for the password. */
  readonly prompt: string;
  /** The line by which the command says that it runs as root: from here on its input is its own. */
  readonly begun: string;
}

/** Other cues for each call: no greeting, log or lecture can have them. */
export function randomCues(): Cues {
  const mark = randomBytes(8).toString('hex');
  return { prompt: `cdktf-nixos-password-${mark}:`, begun: `cdktf-nixos-begun-${mark}` };
}

/**
 * The talk with sudo on the input and output of a command. The password is written only when sudo asks for it, and nothing
 * else before the command runs: sudo would take that for another try.
 */
export class PasswordDialog {
  /** Whether the command runs; false when it has ended without that. */
  readonly begun: Promise<boolean>;
  private begin: (runs: boolean) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private heard = '';
  private asked = 0;
  private isBegun = false;

  constructor(
    private readonly remote: StartedProcess,
    private readonly cues: Cues,
    private readonly password: Password,
  ) {
    this.begun = new Promise((resolve, reject) => ([this.begin, this.fail] = [resolve, reject]));
    // It is awaited by who writes the input, and he may be gone.
    this.begun.catch(() => undefined);
    void remote.then(() => this.begin(false));
    remote.stderr.on('data', (chunk: Buffer) => this.hear(chunk.toString('latin1')));
  }

  /** The password was given, and the command did not run. */
  get isRefused(): boolean {
    return this.asked > 0 && !this.isBegun;
  }

  /** Whether a line of the output is part of the talk. A greeting before it may not end with a line break. */
  take(line: string): boolean {
    if (!line.trimEnd().endsWith(this.cues.begun)) return false;
    this.isBegun = true;
    this.begin(true);
    return true;
  }

  private hear(text: string): void {
    this.heard += text;
    const { prompt } = this.cues;
    for (let at = this.heard.indexOf(prompt); at >= 0; at = this.heard.indexOf(prompt)) {
      this.heard = this.heard.slice(at + prompt.length);
      this.answer();
    }
    this.heard = this.heard.slice(-prompt.length);
  }

  /**
   * A second question means that the password is wrong: another try would only lock the user out. A command that has begun
   * asks nothing: anybody may write such a question to its errors, and the answer would be input of the command.
   */
  private answer(): void {
    if (this.isBegun) return;
    if (++this.asked > 1) {
      this.remote.stdin.end();
      return;
    }
    this.password().then((password) => {
      if (!this.isBegun) this.remote.stdin.write(Buffer.concat([password, Buffer.from('\n')]));
    }, this.fail);
  }
}
