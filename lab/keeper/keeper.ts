import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { launch, mustRun } from '../command';

type Environment = { readonly [name: string]: string };

/**
 * The process that a lab lives in: PID 1 of a PID namespace, with a mount namespace of its own (keeper.sh). It waits on
 * the pipe that this process holds, so the end of this process, in whatever way, is the end of the lab.
 */
export class Keeper {
  static async start(directory: string, cgroup: string): Promise<Keeper> {
    const log = openSync(path.join(directory, 'keeper.log'), 'a');
    const args = [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      'sh',
      path.join(__dirname, 'keeper.sh'),
    ];
    const child = launch('unshare', args, ['pipe', 'pipe', log], { LAB_DIR: directory, LAB_CGROUP: cgroup });
    closeSync(log);
    const keeper = new Keeper(child);
    await keeper.ready();
    return keeper;
  }

  private constructor(private readonly process: ChildProcess) {
    process.stdin!.on('error', () => undefined);
  }

  /** The process outside of the namespaces; its end is the keeper's end. */
  get pid(): number {
    return this.process.pid!;
  }

  /** A path of the lab's mount namespace, as seen from outside. */
  inside(file: string): string {
    return `/proc/${this.pid}/root${file}`;
  }

  /** Runs a script of the lab to its end, inside; returns its stdout. @param script its file */
  async run(script: string, env: Environment, ...argv: string[]): Promise<string> {
    const [program, ...args] = this.enter('sh', script, ...argv);
    return (await mustRun(program!, args, { env })).trim();
  }

  /** Starts a script of the lab, inside. @param script its file @param log receives its output */
  start(script: string, env: Environment, log: string): ChildProcess {
    const file = openSync(log, 'a');
    const [program, ...args] = this.enter('sh', script);
    const child = launch(program!, args, ['ignore', file, file], env);
    closeSync(file);
    return child;
  }

  /** Ends the lab and waits until all of it is removed. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'close');
    this.process.stdin!.end();
    this.process.stdout!.resume();
    await ended;
  }

  private enter(...argv: string[]): string[] {
    const namespaces = `/proc/${this.pid}/ns`;
    return ['nsenter', `--mount=${namespaces}/mnt`, `--pid=${namespaces}/pid_for_children`, '--', ...argv];
  }

  private async ready(): Promise<void> {
    await Promise.race([
      once(this.process.stdout!, 'data'),
      once(this.process, 'close').then(() => {
        throw new Error('the lab did not start: see its keeper.log');
      }),
    ]);
  }
}
