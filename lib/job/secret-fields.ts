import { secretModeProblem } from '../validation/file-mode';
import { fileOwnerProblem } from '../validation/file-owner';
import { unitNameProblem } from '../validation/unit-name';
import { choiceField, literalField, literalListField } from './field';

const STORAGE_NAMES = ['kept', 'memory'] as const;
export type StorageName = (typeof STORAGE_NAMES)[number];

/** Options of one secret besides its source. */
export const SECRET_FIELDS = {
  storage: choiceField<StorageName>('SecretStorage', STORAGE_NAMES, 'kept'),
  owner: literalField(fileOwnerProblem, 'root'),
  group: literalField(fileOwnerProblem, 'root'),
  mode: literalField(secretModeProblem, '0400'),
  restartUnits: literalListField<string>(unitNameProblem),
  reloadUnits: literalListField<string>(unitNameProblem),
};

/** Where the client reads a secret. Paths of files: absolute, from `~/`, or relative to the stack's folder. */
export type SecretOrigin =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'terraform'; readonly value: string }
  | { readonly kind: 'sops'; readonly file: string; readonly key: readonly string[] }
  | { readonly kind: 'age'; readonly file: string; readonly identityFiles: readonly string[] };
