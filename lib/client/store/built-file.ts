import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { imageFormat, PROGRAM } from '../../private/image-format';
import { DeployError, ExitStatus, NOT_CONTACTED } from '../report/deploy-error';
import { hasFormat, recognisedFormat } from './file-format';

/** The file in an output, as synth knows it. */
export interface ExpectedFile {
  readonly outPath: string;
  /** Relative to the output. */
  readonly file: string;
  /** `raw`, `iso.zst`, `program`. @default - any will do */
  readonly format?: string;
  /** `uefi`, `legacy-bios`. @default - any will do */
  readonly bootMode?: string;
}

/** A file in an output of the local store. It is there, it is not empty, and it has its format. */
export interface BuiltFile {
  /** The whole path. */
  readonly path: string;
  readonly bytes: number;
}

/** Where an image's build says which files it made: Hydra's list, and NixOS's description of an image for a cloud. */
const PRODUCTS = 'nix-support/hydra-build-products';
const DESCRIPTION = 'nix-support/image-info.json';

/**
 * Finds the file in the output. NixOS names some files wrongly before 25.05; the build itself names the one that it made.
 *
 * @throws DeployError when there is none, or when it is not the image that was expected
 */
export function builtFile(expected: ExpectedFile): BuiltFile {
  const { outPath, file } = expected;
  if (isThere(path.join(outPath, file))) return checked(expected, file);
  const made = productsIn(outPath);
  const [product] = ofFormat(made, expected.format);
  if (product === undefined) throw missing(expected, made);
  return checked(expected, product);
}

/**
 * The same, for a file whose path is in the plan: the build must have made exactly this one.
 *
 * @throws DeployError when it has another name, too
 */
export function builtFileAsNamed(expected: ExpectedFile): BuiltFile {
  const { outPath, file } = expected;
  if (isThere(path.join(outPath, file))) return checked(expected, file);
  throw missing(expected, productsIn(outPath));
}

function checked(expected: ExpectedFile, file: string): BuiltFile {
  const whole = path.join(expected.outPath, file);
  const found = statOf(whole) as Stats;
  const problem = problemOf(whole, found, expected) ?? bootModeProblem(expected);
  if (problem === undefined) return { path: whole, bytes: found.size };
  throw new DeployError({
    status: ExitStatus.FAILED,
    what: `${whole} ${problem}`,
    host: NOT_CONTACTED,
    fix: 'correct the module of the configuration that builds the image; the same derivation builds the same file again',
  });
}

function problemOf(file: string, found: Stats, { format }: ExpectedFile): string | undefined {
  if (!found.isFile()) return 'is not a file';
  if (found.size === 0) return 'is empty';
  if (format === undefined) return undefined;
  if (!hasFormat(file, format)) {
    const other = recognisedFormat(file);
    return `is not ${format}: it ${other ? `begins as ${other} does` : 'begins as no known format does'}`;
  }
  return format === PROGRAM && (found.mode & 0o111) === 0 ? 'is not executable' : undefined;
}

function bootModeProblem({ outPath, bootMode = 'unknown' }: ExpectedFile): string | undefined {
  const built = descriptionIn(outPath).boot_mode;
  if (bootMode === 'unknown' || typeof built !== 'string' || built === bootMode) return undefined;
  return `was built for the boot mode ${built} (${DESCRIPTION}), but its configuration says ${bootMode}`;
}

function missing({ outPath, file }: ExpectedFile, made: readonly string[]): DeployError {
  const isNamed = made.length > 0;
  const products = isNamed
    ? `; its build made ${made.join(', ')} (nix-support)`
    : ', and its build names no other file';
  return new DeployError({
    status: ExitStatus.FAILED,
    what: `${path.join(outPath, file)} is missing${products}`,
    host: NOT_CONTACTED,
    fix: isNamed
      ? `give the file to the construct: file: ${JSON.stringify(made[0])}`
      : `look at what is in ${outPath}, and give its file to the construct (file: "...")`,
  });
}

/** The files of the expected format, or the only one that there is: its name may be what is wrong. */
function ofFormat(made: readonly string[], format: string | undefined): readonly string[] {
  const same = made.filter((file) => imageFormat(file) === format);
  return same.length > 0 || made.length > 1 ? same : made;
}

/** The files that the build names, relative to the output; those that are there. */
function productsIn(outPath: string): string[] {
  const lines = textIn(outPath, PRODUCTS).split('\n');
  // `file <kind> <path>`; other lines are reports and documentation.
  const listed = lines.flatMap((line) => /^file\s+\S+\s+"?([^"]+?)"?\s*$/.exec(line)?.[1] ?? []);
  const { file } = descriptionIn(outPath);
  const all = [...listed, ...(typeof file === 'string' ? [file] : [])];
  const inside = all.filter((one) => one.startsWith(`${outPath}/`)).map((one) => path.relative(outPath, one));
  return [...new Set(inside)].filter((one) => !one.startsWith('..') && isThere(path.join(outPath, one)));
}

function descriptionIn(outPath: string): { readonly file?: unknown; readonly boot_mode?: unknown } {
  try {
    return (JSON.parse(textIn(outPath, DESCRIPTION)) as object | null) ?? {};
  } catch {
    return {};
  }
}

/** Empty for a file that is missing or unreadable. */
function textIn(outPath: string, file: string): string {
  try {
    return readFileSync(path.join(outPath, file), 'utf8');
  } catch {
    return '';
  }
}

function isThere(file: string): boolean {
  return statOf(file) !== undefined;
}

/** Undefined also for a link that leads nowhere, and for a name below a file. */
function statOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}
