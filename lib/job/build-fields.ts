import { display } from '../validation/display';
import { fileInOutputProblem } from '../validation/file-in-output';
import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { REGENERATE } from '../validation/problem';
import { field, oneOf, optionalField } from './field';

/** Results of an evaluation. */
export const BUILD_FIELDS = {
  outPath: field<string>(storePathProblem),
  drvPath: field<string>(derivationPathProblem),
};

/** The words of NixOS (image-info.json) and AWS, and two for what no firmware starts or nothing shows. */
const BOOT_MODES = ['uefi', 'legacy-bios', 'uefi-preferred', 'none', 'unknown'];

/** What the build is for. Missing when the output itself is. */
export const FILE_FIELDS = {
  /** Relative to the output. */
  file: optionalField<string>(fileInOutputProblem),
  /** As `imageFormat` gives it. @default - it is no image */
  fileFormat: optionalField<string>(formatProblem),
  bootMode: optionalField<string>(oneOf(...BOOT_MODES)),
};

function formatProblem(format: unknown) {
  if (typeof format === 'string' && /^[a-z0-9]+(\.[a-z0-9]+)?$/.test(format)) return undefined;
  return { given: display(format), expected: 'the format of an image: "raw", "iso.zst"', fix: REGENERATE };
}
