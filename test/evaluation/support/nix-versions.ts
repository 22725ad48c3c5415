import path from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';

const newer = process.env.NIX_226_BIN;

/** The tests run with the nix on PATH and, when `NIX_226_BIN` names the folder of another one, with that one too. */
export function describeWithEachNix(title: string, tests: () => void): void {
  describe(`${title} (nix on PATH)`, tests);
  describe.skipIf(newer === undefined)(`${title} (Nix of NIX_226_BIN${newer ? '' : ', which is not set'})`, () => {
    const before = process.env.PATH;
    beforeAll(() => {
      process.env.PATH = `${newer}${path.delimiter}${before}`;
    });
    afterAll(() => {
      process.env.PATH = before;
    });
    tests();
  });
}
