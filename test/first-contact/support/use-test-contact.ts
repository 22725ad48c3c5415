import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { bundleJobKind } from '../../../scripts/build/client.mjs';

/** Builds the bundle of test-contact-kind.ts for the tests of a file. The result names it and a file for a record. */
export function useTestContact(): () => { readonly file: string; readonly bundle: string } {
  let folder: string;
  let count = 0;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'first-contact-'));
    await bundleJobKind(path.join(__dirname, 'test-contact-kind.ts'), path.join(folder, 'kind.cjs'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => ({ file: path.join(folder, `record-${++count}`), bundle: path.join(folder, 'kind.cjs') });
}
