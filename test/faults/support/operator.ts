import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DeploymentJob } from '../../../lib/job/job';
import { CLIENT_FILES } from '../../../lib/terraform/client-files';
import { environment } from '../../../scripts/setup/environment.mjs';
import { clientFilesDirectory } from './client-files';
import { Run } from './run';

/** Somebody who deploys: a folder with the client's files, a HOME and a TMPDIR of their own, and a gate on their new logins. */
export class Operator {
  static async create(): Promise<Operator> {
    const directory = await mkdtemp(path.join(tmpdir(), 'op-'));
    const operator = new Operator(directory);
    await Promise.all(['bin', 'home', 'tmp', 'stack/cdktf-nixos'].map((name) => operator.makeDirectory(name)));
    await operator.installClientFiles(operator.stack);
    await operator.installGate();
    return operator;
  }

  private constructor(
    /** Holds all that this operator has. */
    readonly directory: string,
  ) {}

  /** Where Terraform would run the client. */
  get stack(): string {
    return path.join(this.directory, 'stack');
  }

  /** Runs the client as Terraform does. */
  deploy(job: DeploymentJob): Run {
    return this.start('sh', ['cdktf-nixos/launch.sh'], { CDKTF_NIXOS_JOB: JSON.stringify(job) });
  }

  /** Runs a program, by default in the stack's folder. */
  start(
    program: string,
    args: readonly string[],
    env: { readonly [name: string]: string } = {},
    directory = this.stack,
  ): Run {
    return new Run(program, args, { directory, env: { ...this.environment(), ...env } });
  }

  /** Puts the client files under test where a synth would have put its own. */
  async installClientFiles(stack: string): Promise<void> {
    for (const file of CLIENT_FILES) {
      await copyFile(path.join(clientFilesDirectory(), file), path.join(stack, 'cdktf-nixos', file));
    }
  }

  /** From now on a login of its own (the proof) waits before it begins, as on a bad network. */
  async closeGate(): Promise<void> {
    await writeFile(this.gate, '');
  }

  async openGate(): Promise<void> {
    await rm(this.gate, { force: true });
  }

  /** Leftovers of deployments on this machine: temporary files, sockets, files in HOME, processes. */
  async leftovers(): Promise<string[]> {
    const files = await Promise.all(
      ['tmp', 'home'].map(async (name) => {
        const found = await filesBelow(path.join(this.directory, name));
        return found.map((file) => `${name}/${file}`);
      }),
    );
    const processes = this.processes().map(({ commandLine }) => commandLine);
    return [...files.flat(), ...processes].filter((name) => !TERRAFORMS_OWN.test(name));
  }

  async end(): Promise<void> {
    for (const { pid } of this.processes()) end(pid);
    await rm(this.directory, { recursive: true, force: true });
  }

  private environment(): { [name: string]: string } {
    return {
      PATH: `${path.join(this.directory, 'bin')}:${process.env.PATH ?? ''}`,
      HOME: path.join(this.directory, 'home'),
      TMPDIR: this.temporary,
      LANG: 'C.UTF-8',
      TF_IN_AUTOMATION: '1',
      ...environment(),
    };
  }

  private get temporary(): string {
    return path.join(this.directory, 'tmp');
  }

  private get gate(): string {
    return path.join(this.directory, 'gate');
  }

  private async makeDirectory(name: string): Promise<void> {
    await mkdir(path.join(this.directory, name), { recursive: true });
  }

  /** The real ssh, behind a gate that only logins of their own have to pass. */
  private async installGate(): Promise<void> {
    const file = path.join(this.directory, 'bin', 'ssh');
    const wait = `while [ -e '${this.gate}' ]; do sleep 0.05; done`;
    await writeFile(
      file,
      `#!/bin/sh\ncase " $* " in *' ControlPath=none '*) ${wait} ;; esac\nexec /usr/bin/ssh "$@"\n`,
    );
    await chmod(file, 0o755);
  }

  /** Processes of this machine that were started from here, however far removed: TMPDIR names this folder. */
  processes(): { readonly pid: number; readonly commandLine: string }[] {
    const mine = `\0TMPDIR=${this.temporary}\0`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => `\0${readProcess(pid, 'environ')}`.includes(mine))
      .map((pid) => ({ pid: Number(pid), commandLine: readProcess(pid, 'cmdline').replaceAll('\0', ' ').trim() }))
      .filter(({ commandLine }) => commandLine !== '');
  }
}

/** A provider that outlives a killed Terraform, and its socket: not ours to end. */
const TERRAFORMS_OWN = /terraform-provider-|^tmp\/plugin|^home\/\.terraform\.d(\/|$)/;

/** It may be gone by now. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Empty when the process is gone. */
function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** A folder that goes while it is read (the janitor is at work) is read again. */
async function filesBelow(directory: string): Promise<string[]> {
  for (;;) {
    try {
      return await readdir(directory, { recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(directory)) throw error;
    }
  }
}
