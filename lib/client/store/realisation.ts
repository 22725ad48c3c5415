import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { NIX_OUTPUT } from '../../private/nix-output';
import { nixStore, ProcessError } from '../../private/process';
import { DeployError, ExitStatus, NOT_CONTACTED } from '../report/deploy-error';
import type { Report } from '../report/report';
import { lastLines, tail } from '../report/text';
import { refuseUnusableNix } from './nix-check';

/** For command lines in messages: the user's Nix may not have the new commands enabled. */
const NIX = 'nix --extra-experimental-features nix-command';

/** What has to be in the local store, and for which construct. */
export interface Output {
  readonly outPath: string;
  /** @default - the output is in the local store or can be substituted */
  readonly drvPath?: string;
  /** Path of the construct: the garbage collector root is named after it. */
  readonly constructPath: string;
}

/**
 * Brings an output into the local store and roots it beside the stack. It is there already, or is substituted (that needs
 * no derivation), or is built. Each step is one `nix-store --realise` that also makes the root.
 */
export class Realisation {
  private readonly root: string;

  constructor(
    private readonly output: Output,
    rootsDirectory: string,
    private readonly report: Report,
  ) {
    mkdirSync(rootsDirectory, { recursive: true });
    this.root = path.join(rootsDirectory, rootName(output.constructPath));
  }

  async run(): Promise<void> {
    const { outPath, drvPath } = this.output;
    const wasHere = existsSync(outPath);
    const substituting = await this.realise(outPath);
    if (substituting === undefined)
      return this.report.step('realise', wasHere ? 'already in the store of this machine' : 'substituted');
    await refuseUnusableNix(outPath);
    if (drvPath === undefined || !existsSync(drvPath)) throw this.unobtainable(substituting);
    const building = await this.realise(drvPath);
    if (building !== undefined) throw this.failedBuild(drvPath, building);
    // The root is that of the derivation's first output, which may be another one.
    if ((await this.realise(outPath)) !== undefined) throw this.otherOutput(drvPath);
    this.report.step('realise', 'built');
  }

  /** Undefined when it worked, and otherwise the last lines of Nix. */
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
      const work = NIX_OUTPUT.work.exec(line);
      if (work !== null) this.report.progress('realise', `${work[1]} ${work[2]} (${++count})`);
    });
  }

  private unobtainable(log: readonly string[]): DeployError {
    const { outPath, drvPath } = this.output;
    const missing =
      drvPath === undefined ? 'the job has no derivation for it' : `its derivation ${drvPath} is not there either`;
    return new DeployError({
      status: ExitStatus.FAILED,
      what: `${outPath} is not in the store of this machine, no substituter has it, and ${missing}`,
      host: NOT_CONTACTED,
      fix: cures(outPath, drvPath),
      log,
    });
  }

  private failedBuild(drvPath: string, log: readonly string[]): DeployError {
    if (NIX_OUTPUT.noProcess.test(log.join('\n'))) return noFurtherProcess(log);
    return new DeployError({
      status: ExitStatus.FAILED,
      what: `building ${drvPath} failed`,
      host: NOT_CONTACTED,
      fix: `\`nix-store --realise ${drvPath}\` repeats the build, \`${NIX} log ${drvPath}\` shows its log; if it is for another platform, it needs a remote builder (nix.conf: builders)`,
      log,
    });
  }

  private otherOutput(drvPath: string): DeployError {
    return new DeployError({
      status: ExitStatus.BAD_INPUT,
      what: `${drvPath} does not build ${this.output.outPath}`,
      host: NOT_CONTACTED,
      fix: 'run cdktf synth again',
    });
  }
}

function noFurtherProcess(log: readonly string[]): DeployError {
  return new DeployError({
    status: ExitStatus.FAILED,
    what: 'nix-store cannot start a process on the machine that applies',
    host: NOT_CONTACTED,
    fix: 'raise its limits (ulimit, pids and memory of a container), or apply with a smaller -parallelism',
    log,
  });
}

function cures(outPath: string, drvPath: string | undefined): string {
  const copy =
    drvPath === undefined
      ? `copy it to this machine (${NIX} copy --from ssh://<machine> ${outPath})`
      : `copy the derivation to this machine from the one that ran cdktf synth (${NIX} copy --derivation --from ssh://<machine> ${drvPath})`;
  return `${copy}, or configure a substituter that has the output (nix.conf: substituters, trusted-public-keys), or run cdktf synth on this machine`;
}

/** A file name that a person recognises and that is unique to the path. */
function rootName(constructPath: string): string {
  const digest = createHash('sha256').update(constructPath).digest('hex').slice(0, 8);
  return `${constructPath
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-80)}-${digest}`;
}
