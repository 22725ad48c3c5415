import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment } from '../../../scripts/setup/environment.mjs';
import { mustRun } from '../../../lab/command';

/** A NixOS module as data. */
export interface Configuration {
  readonly [option: string]: unknown;
}

type Modules = readonly Configuration[];

/** Built systems of the fixture distribution. They are rooted until `end`. */
export class Systems {
  /** Builds a system from each list of modules; one evaluation for all, equal lists are one system. */
  static async build(lists: readonly Modules[]): Promise<Systems> {
    const keys = [...new Set(lists.map((modules) => JSON.stringify(modules)))];
    const directory = await mkdtemp(path.join(tmpdir(), 'systems-'));
    const file = path.join(directory, 'systems.json');
    await writeFile(file, `[${keys.join(',')}]`);
    const roots = path.join(directory, 'root');
    const args = [path.join(__dirname, 'systems.nix'), '--arg', 'file', file, '--out-link', roots];
    const built = await mustRun('nix-build', args, { env: { ...environment(), HOME: directory } });
    const toplevels = built.trim().split('\n');
    if (toplevels.length !== keys.length) throw new Error(`${keys.length} systems asked for, got ${toplevels.length}`);
    return new Systems(directory, new Map(keys.map((key, i) => [key, toplevels[i]!])));
  }

  private constructor(
    private readonly directory: string,
    private readonly toplevels: ReadonlyMap<string, string>,
  ) {}

  /** The store path of the system that these modules make. */
  toplevel(modules: Modules): string {
    const toplevel = this.toplevels.get(JSON.stringify(modules));
    if (toplevel === undefined) throw new Error('this system was not built');
    return toplevel;
  }

  async end(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A system as it should be: one service and one file, which show their version. */
export function ordinary(version: string): Configuration {
  return {
    environment: { etc: { 'app/version': { text: `${version}\n` } } },
    systemd: {
      services: {
        app: { description: 'An ordinary service', wantedBy: ['multi-user.target'], script: service(version) },
      },
    },
  };
}

/** Each version has another script, so that its process shows its version. */
function service(version: string): string {
  return `: ${version}\nwhile :; do sleep 1000; done`;
}
