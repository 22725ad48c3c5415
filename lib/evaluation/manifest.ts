import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TrackedRequest } from './tracked-request';
import type { FlakeSource } from './source/flake-source';
import { canonicalJson } from '../private/canonical-json';

/** Writes down what was evaluated, for people and tools: `nixos.json` in the folder. The same for the same input. */
export function writeRecord(folder: string, flakes: readonly FlakeSource[], requests: readonly TrackedRequest[]): void {
  const file = path.join(folder, 'nixos.json');
  const record = {
    format: 1,
    flakes: Object.fromEntries(flakes.map(({ reference, locked, dirty }) => [reference, { ...locked, dirty }])),
    results: requests.flatMap(results).sort((a, b) => (a.construct < b.construct ? -1 : 1)),
  };
  writeFileSync(`${file}.${process.pid}`, readable(canonicalJson(record)));
  renameSync(`${file}.${process.pid}`, file);
}

function results({ request, scopes, state }: TrackedRequest) {
  return state.answers
    .derivations()
    .flatMap(({ drv, out }) =>
      [...scopes].map(({ node }) => ({ construct: node.path, of: request.name, drvPath: drv, outPath: out })),
    );
}

function readable(json: string): string {
  return `${JSON.stringify(JSON.parse(json), undefined, 2)}\n`;
}
