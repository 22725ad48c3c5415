import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { jobBundleFile, jobKindProblem } from '../../job/kind';
import { display } from '../../validation/display';
import { type Problem, REGENERATE } from '../../validation/problem';
import { COMPLETE_FOLDER, DeployError, ExitStatus, NOT_CONTACTED } from '../report/deploy-error';
import { lastLines } from '../report/text';
import type { JobKind } from './job-kind';

/** A kind of job whose type of job only the kind itself knows. */
type AnyJobKind = JobKind<any>;

/** The exports of a kind's bundle. */
interface JobBundle {
  readonly jobKind?: AnyJobKind;
}

/**
 * The kinds of jobs that this client can run: the ones that it was built with, and those with a bundle of their own, which
 * a synth stages beside the client only in the stacks that use them.
 */
export class JobKinds {
  /** @param folder where bundles are staged */
  constructor(
    private readonly builtIn: readonly AnyJobKind[],
    private readonly folder: string,
  ) {}

  /** The problem with a kind that a job names, if there is one. */
  problem(kind: unknown): Problem | undefined {
    if (this.builtIn.some((candidate) => candidate.kind === kind)) return undefined;
    const given = display(kind);
    const expected = this.builtIn.map((candidate) => display(candidate.kind)).join(' or ');
    if (jobKindProblem(kind) !== undefined) return { given, expected, fix: REGENERATE };
    const file = this.bundle(kind as string);
    if (existsSync(file)) return undefined;
    return {
      given,
      expected: `${expected}, or a kind with a program of its own`,
      fix: `${file} is missing: ${COMPLETE_FOLDER}`,
    };
  }

  /** The kind with this name, which `problem` finds nothing wrong with. @throws DeployError when its bundle is damaged */
  named(kind: string): AnyJobKind {
    return this.builtIn.find((candidate) => candidate.kind === kind) ?? this.load(kind);
  }

  private load(kind: string): AnyJobKind {
    const file = this.bundle(kind);
    const { jobKind } = loadBundle(file);
    if (jobKind?.kind !== kind) {
      throw unusable(`${file} does not export the kind of job ${display(kind)} as jobKind`);
    }
    const missing = METHODS.filter((method) => typeof jobKind[method] !== 'function');
    if (missing.length > 0) throw unusable(`${file} exports a kind of job without ${missing.join(', ')}`);
    return jobKind;
  }

  private bundle(kind: string): string {
    return path.join(this.folder, jobBundleFile(kind));
  }
}

/** What every kind has. */
const METHODS = ['check', 'displayName', 'sensitive', 'outputs', 'run'] as const;

function loadBundle(file: string): JobBundle {
  try {
    return (createRequire(file)(file) as JobBundle | null) ?? {};
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    // Node lists the files that asked for a missing one.
    const reason = message.split('\n', 1)[0];
    throw unusable(`${file} cannot be loaded: ${reason}`, lastLines(stack ?? '', 10));
  }
}

/** A bundle that is not as it was built was not copied completely, or is of another version. */
function unusable(what: string, log: readonly string[] = []): DeployError {
  return new DeployError({
    status: ExitStatus.PROGRAM_MISSING,
    what,
    host: NOT_CONTACTED,
    fix: COMPLETE_FOLDER,
    log,
  });
}
