import { createHash } from 'node:crypto';
import { canonicalJson } from '../../private/canonical-json';
import type { JobValue } from '../../job/job';

/** The digest of a deployment that delivers no files. */
export const NO_FILES = 'none';

/** One file as the host gets it, byte for byte. */
export interface DeliveredFile {
  /** Decides where the host keeps it. */
  readonly kind: 'value';
  /** Unique among the files of its kind. */
  readonly name: string;
  readonly owner: string;
  readonly group: string;
  /** Four octal digits, `0644`. */
  readonly mode: string;
  readonly content: Buffer;
  /** Units that are restarted when the content changes. */
  readonly restartUnits: readonly string[];
}

/**
 * What a deployment brings to the host besides the system (docs/activation.md, "Delivered files").
 *
 * The digest of a set that holds only values with their usual owner and mode must never change: hosts have it in
 * their journals, and another digest would deploy all of them anew.
 */
export class DeliveredFiles {
  private readonly files: readonly DeliveredFile[];

  /** Values as files: one JSON text per name, the same bytes for the same value. */
  static ofValues(values: { readonly [name: string]: JobValue }): DeliveredFiles {
    return new DeliveredFiles(
      Object.entries(values).map(([name, { value, restartUnits }]) => {
        return { ...READABLE, kind: 'value', name, content: Buffer.from(`${canonicalJson(value)}\n`), restartUnits };
      }),
    );
  }

  constructor(files: readonly DeliveredFile[]) {
    this.files = [...files].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** Of the whole set: differs when a file or anything that is said of it does. */
  get digest(): string {
    if (this.files.length === 0) return NO_FILES;
    const hash = createHash('sha256');
    for (const file of this.files) hash.update(`${digestLine(file)} ${file.content.length}\n`).update(file.content);
    return hash.digest('hex');
  }

  /** Header lines of `start`. */
  get header(): (readonly [string, string])[] {
    return this.files.flatMap((file) => [
      ['file', `${metadataOf(file)} ${file.content.length} ${sha256(file.content)}`] as const,
      ...file.restartUnits.map((unit) => ['restart', `${keyOf(file)} ${unit}`] as const),
    ]);
  }

  /** The contents one after another, in the header's order. */
  get payload(): Buffer {
    return Buffer.concat(this.files.map(({ content }) => content));
  }
}

const READABLE = { owner: 'root', group: 'root', mode: '0644' };

function keyOf({ kind, name }: DeliveredFile): string {
  return `${kind} ${name}`;
}

function metadataOf(file: DeliveredFile): string {
  return `${keyOf(file)} ${file.owner} ${file.group} ${file.mode}`;
}

/** What of a file is in the set's digest. A usual value is there by its name alone, as when there were only values. */
function digestLine(file: DeliveredFile): string {
  const usual = metadataOf({ ...file, ...READABLE, kind: 'value' });
  return metadataOf(file) === usual ? file.name : metadataOf(file);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
