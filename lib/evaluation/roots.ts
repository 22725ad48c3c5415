import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EvaluationError } from './nix/evaluation-error';
import { runNixInstantiate } from './nix/command';
import { nixMessage } from './nix/output';
import { contentHash } from '../private/content-hash';
import { packageFile } from '../private/package-file';
import { replaceFile } from '../private/replace-file';

/** Lists the generations of sets; a set is the derivations that one batch rooted together. */
const GENERATIONS = 'generations.json';
/** This synth and the two before it that differ: a plan that was saved then may still be applied. */
const KEPT = 3;

/**
 * Garbage collection roots of derivations, under the output of synth. Each synth is a generation: the sets of its
 * batches. Equal generations count once, so that repeating a synth does not drop the roots of a saved plan.
 */
export class Roots {
  private readonly sets: string[] = [];

  constructor(private readonly folder: string) {}

  /** Roots derivations, in one call of Nix, and drops the oldest generation. */
  add(drvPaths: readonly string[]): void {
    const sorted = [...new Set(drvPaths)].sort();
    if (sorted.length === 0) return;
    const set = contentHash(sorted.join('\n'));
    this.root(set, sorted);
    if (!this.sets.includes(set)) this.sets.push(set);
    this.prune();
  }

  private root(set: string, drvPaths: readonly string[]): void {
    const folder = path.join(this.folder, set);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'drvs.json'), JSON.stringify(drvPaths));
    const { exitCode, stderr } = runNixInstantiate(
      [
        // They are for the user's code. This is ours.
        ...['--option', 'pure-eval', 'false', '--option', 'restrict-eval', 'false'],
        '--add-root',
        path.join(folder, 'drv'),
        '--indirect',
        packageFile('nix', 'roots.nix'),
        '--argstr',
        'file',
        path.join(folder, 'drvs.json'),
      ],
      {},
    );
    if (exitCode === 0) return;
    throw new EvaluationError({
      subject: 'the garbage collection roots',
      headline: 'the derivations cannot be protected from garbage collection',
      reason: nixMessage(stderr),
    });
  }

  private prune(): void {
    const earlier = this.generations().filter((generation) => !same(generation, this.sets));
    const kept = [this.sets, ...earlier].slice(0, KEPT);
    replaceFile(path.join(this.folder, GENERATIONS), (file) => writeFileSync(file, JSON.stringify(kept)));
    for (const entry of readdirSync(this.folder, { withFileTypes: true })) {
      if (!entry.isDirectory() || kept.flat().includes(entry.name)) continue;
      rmSync(path.join(this.folder, entry.name), { recursive: true, force: true });
    }
  }

  private generations(): string[][] {
    const file = path.join(this.folder, GENERATIONS);
    if (!existsSync(file)) return [];
    try {
      const generations: string[][] = JSON.parse(readFileSync(file, 'utf8'));
      return generations.filter((generation) => Array.isArray(generation));
    } catch {
      // A killed synth cut it short. Only the roots of this synth matter.
      return [];
    }
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
