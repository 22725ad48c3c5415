import { expect, it } from 'vitest';
import { secretModeProblem } from '../../lib/validation/file-mode';

it.each(['0400', '0440', '0600', '0660', '0000', '0770'])('the mode %s is taken', (mode) => {
  expect(secretModeProblem(mode)).toBeUndefined();
});

it.each([
  ['a number', 400, 'write the mode as a string'],
  ['for others', '0404', 'give others no right to it; use group instead'],
  ['three digits', '400', 'give others no right to it; use group instead'],
  ['five digits', '00400', 'give others no right to it; use group instead'],
  ['set-user-ID', '4400', 'give others no right to it; use group instead'],
  ['no octal digit', '0480', 'give others no right to it; use group instead'],
  ['nothing', null, 'give others no right to it; use group instead'],
])('a mode that is %s is refused', (_, mode, fix) => {
  expect(secretModeProblem(mode)).toMatchObject({ fix });
});
