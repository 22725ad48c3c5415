import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packageFile } from '../../lib/private/package-file';

it('a file of the package is found from its source', () => {
  expect(existsSync(packageFile('nix', 'roots.nix'))).toBe(true);
});
