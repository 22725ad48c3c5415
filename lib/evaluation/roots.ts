import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EvaluationError } from './nix/evaluation-error';
import { runNixInstantiate } from './nix/command';
import { nixMessage } from './nix/output';
import { contentHash } from '../private/content-hash';
import { packageFile } from '../private/package-file';

/** Derivations that must outlive a garbage collection, by set: what one batch rooted together. */
const GENERATIONS = 'generations.json';
/** This synth's and those of the two before that differ: a plan that was saved then may still be applied. */
const KEPT = 3;

/**
 * Garbage collection roots of derivations, under the output of synth. A synth is a generation: the sets of its
 * batches. Equal ones count once, so that a repeated synth does not push out what a saved plan needs.
 */
export class Roots {
  private readonly sets: string[] = [];

  constructor(private readonly folder: string) {}

  /** Roots derivations, in one call of Nix, and lets the oldest generation go. */
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
    throw new EvaluationError({ subject: 'the garbage collection roots', reason: nixMessage(stderr), stderr });
  }

  private prune(): void {
    const earlier = this.generations().filter((generation) => !same(generation, this.sets));
    const kept = [this.sets, ...earlier].slice(0, KEPT);
    const file = path.join(this.folder, GENERATIONS);
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept));
    renameSync(`${file}.${process.pid}`, file);
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
      // Cut short by a killed synth; the roots of this one are what counts.
      return [];
    }
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
