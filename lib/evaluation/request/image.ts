import { imageFormat, PROGRAM } from '../../private/image-format';
import { type DerivationAnswer, Want } from './wants';

/** What NixOS says of an image before it is built (nix/image.nix). */
export interface ImageAnswer extends DerivationAnswer {
  /** The platform of what is in it: `x86_64-linux`. */
  readonly system: string;
  /** The file, relative to the output; null when NixOS does not say. */
  readonly file: string | null;
  /** What starts it: `uefi`, `legacy-bios`, `uefi-preferred` (either), `none` (a container), or `unknown`. */
  readonly bootMode: string;
  /** The size of its disk; null when the build finds it. */
  readonly diskMebibytes: number | null;
}

/** The image of a configuration. Its evaluation takes as long as that of another system, and as much memory. */
export function imageWant(variant: string): Want<ImageAnswer> {
  return new Want('image', { variant });
}

/**
 * What is known of an image after its evaluation.
 * @internal
 */
export interface EvaluatedImage {
  readonly drvPath: string;
  readonly outPath: string;
  /** The file, relative to the output. */
  readonly file: string;
  /** `raw`, `qcow2`, `iso.zst`, `tar.xz`, `program`, `unknown`, ... */
  readonly format: string;
  /** The hash in the store path, 32 characters: the identity of the image everywhere. */
  readonly contentId: string;
  /** The platform of what is in it: `x86_64-linux`. */
  readonly system: string;
  /** `uefi`, `legacy-bios`, `uefi-preferred`, `none` or `unknown`. */
  readonly bootMode: string;
  /** The size of its disk; missing when the build finds it. */
  readonly diskMebibytes?: number;
}

/** @param file the file, where the user gives it */
export function evaluatedImage(answer: ImageAnswer, variant: string, file = answer.file ?? ''): EvaluatedImage {
  const { drv: drvPath, out: outPath, system, bootMode, diskMebibytes } = answer;
  const format = variant === 'vm' ? PROGRAM : imageFormat(fileName(file));
  const size = diskMebibytes === null ? {} : { diskMebibytes };
  return { drvPath, outPath, file, format, contentId: contentId(outPath), system, bootMode, ...size };
}

/** The name of a file without the folders that it is in. */
export function fileName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** The hash in a store path: stands for the content. */
export function contentId(storePath: string): string {
  return storePath.slice('/nix/store/'.length).slice(0, 32);
}
