/** The reply of the supervisor to one verb. */
export class SupervisorReply {
  readonly events: readonly (readonly [string, string])[];

  constructor(
    readonly exitCode: number,
    readonly stdout: string,
    readonly stderr: string,
    call: string,
  ) {
    const event = new RegExp(`^@nixos-${call} ([a-z-]+)=(.*)$`);
    const matches = stdout.split('\n').map((line) => event.exec(line));
    this.events = matches.filter((match) => match !== null).map((match) => [match[1]!, match[2]!] as const);
  }

  /** The last value of an event; undefined when it never came. */
  get(key: string): string | undefined {
    return this.all(key).at(-1);
  }

  all(key: string): string[] {
    return this.events.filter(([name]) => name === key).map(([, value]) => value);
  }

  /** @returns itself. @throws Error with the whole reply when the verb did not end well */
  ok(): this {
    if (this.exitCode === 0 && this.get('end') !== undefined) return this;
    throw new Error(`exit ${this.exitCode}\n${this.stdout}\n${this.stderr}`);
  }
}
