import { setImmediate as otherEvents } from 'node:timers/promises';
import type { SecretContents } from '../host/delivered-files';
import { trimmed } from './bytes';
import { filesBelow, partsOf } from './file-tree';
import { leakPatterns } from './leak-patterns';
import { type Pattern, PatternSearch } from './pattern-search';

/** Shorter secrets occur by chance. */
const MIN_BYTES = 12;

/** A secret, and where others may read it. */
export interface Leak {
  readonly name: string;
  readonly place: string;
}

/** Looks for secrets where others may read them: in all their forms. */
export class LeakSearch {
  /** The names of the secrets that are too short to be searched for. */
  readonly unsearched: readonly string[];
  private readonly search: PatternSearch;
  private readonly searched = new Set<string>();

  constructor(secrets: SecretContents) {
    const all = [...secrets].map(([name, content]) => ({ name, bytes: trimmed(content) }));
    this.unsearched = all.filter(({ bytes }) => bytes.length < MIN_BYTES).map(({ name }) => name);
    this.search = new PatternSearch(all.filter(({ bytes }) => bytes.length >= MIN_BYTES).flatMap(patternsOf));
  }

  /** Looks at every text in some data, and at the names of its members. @param at leads the place */
  inData(data: unknown, at = ''): Leak | undefined {
    if (typeof data !== 'object' || data === null) return this.inText(String(data), at);
    for (const [name, member] of Object.entries(data)) {
      const place = Array.isArray(data) ? `${at}[${name}]` : [at, name].filter(Boolean).join('.');
      const leak = this.inText(name, at) ?? this.inData(member, place);
      if (leak !== undefined) return leak;
    }
    return undefined;
  }

  /** Looks at all files of store paths, their names and the targets of links. A path is looked at once. */
  async inPaths(storePaths: readonly string[]): Promise<Leak | undefined> {
    if (this.search.isEmpty) return undefined;
    for (const storePath of storePaths) {
      if (this.searched.has(storePath)) continue;
      for (const file of filesBelow(storePath)) {
        const leak = this.inText(file.name, file.path) ?? this.inParts(file.path);
        if (leak !== undefined) return leak;
        await otherEvents();
      }
      this.searched.add(storePath);
    }
    return undefined;
  }

  private inParts(file: string): Leak | undefined {
    for (const part of partsOf(file, this.search.overlap)) {
      const found = this.search.find(part);
      if (found !== undefined) return { name: found.name, place: file };
    }
    return undefined;
  }

  private inText(text: string, place: string): Leak | undefined {
    const found = this.search.find(Buffer.from(text));
    return found && { name: found.name, place };
  }
}

function patternsOf({ name, bytes }: Pattern): Pattern[] {
  return leakPatterns(bytes).map((form) => ({ name, bytes: form }));
}
