import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

const SWITCH_PROGRAM = 'bin/switch-to-configuration';
/** Programs of any system, by whose header its platform is recognised when the system's own notes do not name it. */
const PROGRAMS = ['systemd/lib/systemd/systemd', 'sw/bin/sh', SWITCH_PROGRAM];
/** `e_machine` of an ELF header, by its value. */
const MACHINES: { readonly [machine: number]: string } = {
  0x03: 'i686-linux',
  0x3e: 'x86_64-linux',
  0xb7: 'aarch64-linux',
  0xf3: 'riscv64-linux',
};
const LITTLE_ENDIAN = 1;
const HEADER_BYTES = 20;

/** A NixOS system in the store of this machine, and what can be known of it before it is copied anywhere. */
export class Toplevel {
  constructor(private readonly storePath: string) {}

  /** Why no host can switch to it, if that is known. (An empty program would succeed: a shell runs what the kernel cannot.) */
  get unusable(): string | undefined {
    const program = path.join(this.storePath, SWITCH_PROGRAM);
    const real = orUndefined(() => realpathSync(program));
    if (real === undefined) return `${program} is missing`;
    if (!real.startsWith('/nix/store/')) return `${program} leads out of the store`;
    const file = statSync(real);
    if (!file.isFile() || (file.mode & 0o111) === 0) return `${program} is not an executable file`;
    return file.size === 0 ? `${program} is empty` : undefined;
  }

  /** Its platform, as Nix names it (`x86_64-linux`); undefined when nothing in it shows that. */
  get platform(): string | undefined {
    return this.text('system') || this.bootspecSystem || this.machine;
  }

  private get bootspecSystem(): string | undefined {
    const bootspec = orUndefined(() => JSON.parse(this.text('boot.json') ?? '') as Bootspec | null);
    const system = bootspec?.['org.nixos.bootspec.v1']?.system;
    return typeof system === 'string' ? system : undefined;
  }

  private get machine(): string | undefined {
    const machines = PROGRAMS.map((program) => orUndefined(() => machineOf(path.join(this.storePath, program))));
    return machines.find((machine) => machine !== undefined);
  }

  private text(file: string): string | undefined {
    return orUndefined(() => readFileSync(path.join(this.storePath, file), 'utf8').trim());
  }
}

interface Bootspec {
  readonly 'org.nixos.bootspec.v1'?: { readonly system?: unknown };
}

/** The platform that a program is compiled for; undefined for a script. */
function machineOf(program: string): string | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(program, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  const isElf = header.toString('latin1', 0, 4) === '\x7fELF' && header[5] === LITTLE_ENDIAN;
  return isElf ? MACHINES[header.readUInt16LE(18)] : undefined;
}

/** Undefined for a file that is missing, unreadable or damaged. */
function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
