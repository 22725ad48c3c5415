import { display } from '../validation/display';
import { type Problem, REGENERATE } from '../validation/problem';
import { derivationPathProblem, storePathProblem } from '../validation/store-path';
import { type FieldValues, field, literalField, oneOf, optionalField } from './field';
import type { JobFrame } from './job';

/** The kind of job, and the name of its bundle. */
export const HCLOUD_UPLOAD = 'hcloud-upload';

/** As Hetzner names them. */
export const ARCHITECTURES = ['x86', 'arm'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** Whose the things are. */
const OWNER = {
  owner: field<string>(digestProblem),
  image: field<string>(digestProblem),
  state: field<string>(identifierProblem),
};

/** The image is on a server that is switched off, or is a snapshot already. */
export const UPLOAD_FIELDS = {
  ...OWNER,
  step: literalField<'upload'>(oneOf('upload'), 'upload'),
  content: field<string>(digestProblem),
  upload: field<string>(digestProblem),
  outPath: field<string>(storePathProblem),
  drvPath: optionalField<string>(derivationPathProblem),
  /** Relative to the output. */
  file: field<string>(fileProblem),
  /** What starts it, which its build may contradict. */
  bootMode: optionalField<string>((mode) => matchProblem(mode, /^[a-z-]{1,32}$/, 'a boot mode')),
  architecture: literalField<Architecture>(oneOf(...ARCHITECTURES), 'x86'),
  /** @default - any that has the type of server */
  location: optionalField<string>(locationProblem),
};

/** The snapshot is kept, and what was needed to make it is deleted. */
export const FINISH_FIELDS = {
  ...OWNER,
  step: literalField<'finish'>(oneOf('finish'), 'finish'),
  content: field<string>(digestProblem),
  upload: field<string>(digestProblem),
  /** Of the snapshot. */
  snapshot: field<string>(numberProblem),
};

/** What uploads of this state left behind is deleted. */
export const SWEEP_FIELDS = {
  step: literalField<'sweep'>(oneOf('sweep'), 'sweep'),
  state: field<string>(identifierProblem),
};

interface Frame extends JobFrame {
  readonly kind: typeof HCLOUD_UPLOAD;
}

export interface HcloudUploadJob extends Frame, FieldValues<typeof UPLOAD_FIELDS> {}
export interface HcloudFinishJob extends Frame, FieldValues<typeof FINISH_FIELDS> {
  /** Snapshots that Terraform has, which no sweep may delete. */
  readonly snapshots: readonly string[];
}
export interface HcloudSweepJob extends Frame, FieldValues<typeof SWEEP_FIELDS> {}

export type HcloudJob = HcloudUploadJob | HcloudFinishJob | HcloudSweepJob;

/** The problem with the name of a location, if there is one. */
export function locationProblem(location: unknown): Problem | undefined {
  if (typeof location === 'string' && /^[a-z][a-z0-9-]{1,31}$/.test(location)) return undefined;
  return { given: display(location), expected: 'the name of a location', fix: 'write for example fsn1, nbg1 or hel1' };
}

/** A label holds it. */
function digestProblem(digest: unknown): Problem | undefined {
  return matchProblem(digest, /^[0-9a-z]{32}$/, '32 letters and digits');
}

function identifierProblem(identifier: unknown): Problem | undefined {
  return matchProblem(identifier, /^[0-9a-z-]{1,63}$/, 'the id of a resource');
}

export function numberProblem(number: unknown): Problem | undefined {
  return matchProblem(number, /^[0-9]{1,18}$/, 'the number of a snapshot');
}

function fileProblem(file: unknown): Problem | undefined {
  return matchProblem(file, /^(?!.*(^|\/)\.\.?(\/|$))[^/\0][^\0]*$/, 'a path in the output of the image');
}

function matchProblem(value: unknown, pattern: RegExp, expected: string): Problem | undefined {
  if (typeof value === 'string' && pattern.test(value)) return undefined;
  return { given: display(value), expected, fix: REGENERATE };
}
