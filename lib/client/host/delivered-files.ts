import { createHash } from 'node:crypto';
import { canonicalJson } from '../../private/canonical-json';
import type { DeploymentJob, JobSecret, JobValue } from '../../job/job';

/** The digest of a deployment that delivers no files. */
export const NO_FILES = 'none';

/** One file that the host gets. */
export interface DeliveredFile {
  /** Decides where the host keeps it. */
  readonly kind: 'value' | 'secret' | 'memory-secret';
  /** Unique among the values, and among the secrets of both kinds. */
  readonly name: string;
  readonly owner: string;
  readonly group: string;
  /** Four octal digits, `0644`. */
  readonly mode: string;
  /** Byte for byte. Of a secret, what stands for its content: that is read only when it is sent. */
  readonly content: Buffer | { readonly revision: string };
  /** Units that are restarted when the content changes. */
  readonly restartUnits: readonly string[];
  /** Units that are reloaded when the content changes. @default - none */
  readonly reloadUnits?: readonly string[];
}

/** The contents of secrets, by name. */
export type SecretContents = ReadonlyMap<string, Buffer>;

/** A set of files as a host gets it. */
export interface Delivery {
  /** Of the whole set: differs when a file or anything that is said of it does. */
  readonly digest: string;
  /** Header lines of `start`. */
  readonly header: readonly (readonly [key: string, value: string])[];
  /** The contents one after another, in the header's order. */
  readonly payload: Buffer;
}

/**
 * What a deployment brings to the host besides the system (docs/activation.md, "Delivered files").
 *
 * The digest of a set that holds only values with their usual owner and mode must never change: hosts have it in
 * their journals, and another digest would deploy all of them anew.
 */
export class DeliveredFiles {
  private readonly files: readonly DeliveredFile[];

  /** The files of a job: its values, and its secrets, which are not read yet. */
  static ofJob({ values, secrets = {} }: Pick<DeploymentJob, 'values' | 'secrets'>): DeliveredFiles {
    return new DeliveredFiles([...Object.entries(values).map(valueFile), ...Object.entries(secrets).map(secretFile)]);
  }

  constructor(files: readonly DeliveredFile[]) {
    this.files = [...files].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  /** Of the whole set, without the content of secrets. */
  get digest(): string {
    if (this.files.length === 0) return NO_FILES;
    const hash = createHash('sha256');
    for (const file of this.files) addTo(hash, file);
    return hash.digest('hex');
  }

  /** The set as it is sent. @param secrets has all secrets of the set */
  delivery(secrets: SecretContents): Delivery {
    const files = this.files.map((file) => ({ file, content: contentOf(file, secrets) }));
    return {
      digest: this.digest,
      header: files.flatMap(({ file, content }) => headerLines(file, content)),
      payload: Buffer.concat(files.map(({ content }) => content)),
    };
  }
}

const READABLE = { owner: 'root', group: 'root', mode: '0644' };

/** One JSON text per name, the same bytes for the same value. */
function valueFile([name, { value, restartUnits }]: [string, JobValue]): DeliveredFile {
  return { ...READABLE, kind: 'value', name, content: Buffer.from(`${canonicalJson(value)}\n`), restartUnits };
}

function secretFile([name, secret]: [string, JobSecret]): DeliveredFile {
  const { storage, revision, owner, group, mode, restartUnits, reloadUnits } = secret;
  const kind = storage === 'memory' ? 'memory-secret' : 'secret';
  return { kind, name, owner, group, mode, content: { revision }, restartUnits, reloadUnits };
}

function contentOf({ name, content }: DeliveredFile, secrets: SecretContents): Buffer {
  if (Buffer.isBuffer(content)) return content;
  const read = secrets.get(name);
  if (read === undefined) throw new Error(`secret ${name} was not read`);
  return read;
}

function headerLines(file: DeliveredFile, content: Buffer): (readonly [string, string])[] {
  const { restartUnits, reloadUnits = [] } = file;
  return [
    ['file', `${metadataOf(file)} ${content.length} ${sha256(content)}`],
    ...restartUnits.map((unit) => ['restart', `${keyOf(file)} ${unit}`] as const),
    ...reloadUnits.map((unit) => ['reload', `${keyOf(file)} ${unit}`] as const),
  ];
}

function keyOf({ kind, name }: DeliveredFile): string {
  return `${kind} ${name}`;
}

function metadataOf(file: DeliveredFile): string {
  return `${keyOf(file)} ${file.owner} ${file.group} ${file.mode}`;
}

/** A digest of a secret itself could be guessed: hosts keep the set's digest in their journals, which anyone reads. */
function addTo(hash: ReturnType<typeof createHash>, file: DeliveredFile): void {
  const { content } = file;
  if (Buffer.isBuffer(content)) hash.update(`${digestLine(file)} ${content.length}\n`).update(content);
  else hash.update(`${metadataOf(file)} revision ${sha256(content.revision)}\n`);
}

/** What of a value is in the set's digest. A usual one is there by its name alone, as when there were only values. */
function digestLine(file: DeliveredFile): string {
  const usual = metadataOf({ ...file, ...READABLE, kind: 'value' });
  return metadataOf(file) === usual ? file.name : metadataOf(file);
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
