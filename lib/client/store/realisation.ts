import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { nixStore, ProcessError } from '../../private/process';
import { DeployError, NOT_CONTACTED } from '../report/deploy-error';
import { ExitStatus } from '../report/exit-status';
import type { Report } from '../report/report';
import { lastLines, tail } from '../report/tail';

/** In commands for the user's shell, where the new commands need not be switched on. */
const NIX = 'nix --extra-experimental-features nix-command';

/** What has to be here, and for whom. */
export interface Wanted {
  readonly outPath: string;
  /** @default - the output can only be found or substituted */
  readonly drvPath?: string;
  /** Who wants it: its garbage collector root is called after it. */
  readonly path: string;
}

/**
 * Brings an output into the local store and roots it beside the stack: valid here, else substituted (that needs no
 * derivation), else built. Each step is the next one's `nix-store --realise`, with the root as part of it.
 */
export class Realisation {
  private readonly root: string;

  constructor(
    private readonly wanted: Wanted,
    rootsDirectory: string,
    private readonly report: Report,
  ) {
    mkdirSync(rootsDirectory, { recursive: true });
    this.root = path.join(rootsDirectory, rootName(wanted.path));
  }

  async run(): Promise<void> {
    const { outPath, drvPath } = this.wanted;
    const wasHere = existsSync(outPath);
    const substituting = await this.realise(outPath);
    if (substituting === undefined)
      return this.report.step('realise', wasHere ? 'is in the store here' : 'substituted');
    if (drvPath === undefined || !existsSync(drvPath)) throw this.unobtainable(substituting);
    const building = await this.realise(drvPath);
    if (building !== undefined) throw this.failedBuild(drvPath, building);
    // The root of a derivation's first output need not be the output that is wanted.
    if ((await this.realise(outPath)) !== undefined) throw this.otherOutput(drvPath);
    this.report.step('realise', 'built');
  }

  /** Gives what Nix said when it could not. */
  private async realise(storePath: string): Promise<readonly string[] | undefined> {
    const child = nixStore.start(['--realise', storePath, '--add-root', this.root, '--indirect']);
    child.stdin.end();
    child.stdout.resume();
    const stderr = tail(child.stderr);
    this.relay(child.stderr);
    const { exitCode, code } = await child;
    if (code === 'ENOENT') throw ProcessError.missing('nix-store');
    return exitCode === 0 ? undefined : lastLines(stderr(), 25);
  }

  private relay(stderr: NodeJS.ReadableStream): void {
    let count = 0;
    createInterface({ input: stderr }).on('line', (line) => {
      const work = /^(building|copying path) '\/nix\/store\/[^-]*-([^']*)'/.exec(line);
      if (work !== null) this.report.progress('realise', `${work[1]} ${work[2]} (${++count})`);
    });
  }

  private unobtainable(log: readonly string[]): DeployError {
    const { outPath, drvPath } = this.wanted;
    const missing =
      drvPath === undefined ? 'it came without a derivation' : `its derivation ${drvPath} is not here either`;
    return new DeployError({
      status: ExitStatus.FAILED,
      what: `${outPath} is not in this machine's store, no substituter has it, and ${missing}`,
      host: NOT_CONTACTED,
      fix: cures(outPath, drvPath),
      log,
    });
  }

  private failedBuild(drvPath: string, log: readonly string[]): DeployError {
    return new DeployError({
      status: ExitStatus.FAILED,
      what: `building ${drvPath} failed`,
      host: NOT_CONTACTED,
      fix: `\`nix-store --realise ${drvPath}\` repeats the build, \`${NIX} log ${drvPath}\` shows its log; a build for another platform needs a builder (nix.conf: builders)`,
      log,
    });
  }

  private otherOutput(drvPath: string): DeployError {
    return new DeployError({
      status: ExitStatus.BAD_INPUT,
      what: `${drvPath} does not build ${this.wanted.outPath}`,
      host: NOT_CONTACTED,
      fix: 'run cdktf synth again',
    });
  }
}

function cures(outPath: string, drvPath: string | undefined): string {
  const copy =
    drvPath === undefined
      ? `copy it here (${NIX} copy --from ssh://<machine> ${outPath})`
      : `copy the derivation here from the machine that ran cdktf synth (${NIX} copy --derivation --from ssh://<machine> ${drvPath})`;
  return `${copy}, or give a substituter that has the output (nix.conf: substituters, trusted-public-keys), or run cdktf synth on this machine`;
}

/** A file name that a person recognises, and that differs for paths that differ. */
function rootName(constructPath: string): string {
  const digest = createHash('sha256').update(constructPath).digest('hex').slice(0, 8);
  return `${constructPath
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-80)}-${digest}`;
}
