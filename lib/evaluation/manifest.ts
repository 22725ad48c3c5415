import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IConstruct } from 'constructs';
import { canonicalJson } from '../private/canonical-json';
import { replaceFile } from '../private/replace-file';
import type { FlakeSource } from './source/flake-source';
import type { TrackedRequest } from './tracked-request';

/** Another number for another meaning of what is there; more members are no other meaning. */
const FORMAT = 2;

/**
 * What synth writes down for people and tools: `nixos/manifest.json` in the output, described in docs/manifest.md and by
 * schema/manifest.json. The same for the same input; without values.
 *
 * It is written when every deployment of the app has been written to its stack, so it fits the stacks: when synth
 * fails, the manifest of the last good synth stays.
 */
export class Manifest {
  private readonly expected = new Set<IConstruct>();
  private readonly entries = new Map<IConstruct, object>();

  /**
   * @param folder is made when it is needed
   * @param evaluated what was evaluated by now
   */
  constructor(
    private readonly folder: string,
    private readonly evaluated: () => object,
  ) {}

  /** Announces a deployment: the file is not written before its entry is there. */
  expect(deployment: IConstruct): void {
    this.expected.add(deployment);
  }

  /** Adds the entry of an announced deployment. */
  add(deployment: IConstruct, entry: object): void {
    this.entries.set(deployment, entry);
    this.write();
  }

  /** Does nothing while a deployment is still to come. */
  write(): void {
    if (this.entries.size < this.expected.size) return;
    const deployments = byPath([...this.entries].map(([{ node }, entry]) => ({ ...entry, construct: node.path })));
    const manifest = { format: FORMAT, deployments, ...this.evaluated() };
    mkdirSync(this.folder, { recursive: true });
    replaceFile(path.join(this.folder, 'manifest.json'), (file) => {
      writeFileSync(file, readable(canonicalJson(manifest)));
    });
  }
}

/** What was evaluated: the flakes with what they were locked to, and what each construct evaluated to. */
export function evaluatedPart(flakes: readonly FlakeSource[], requests: readonly TrackedRequest[]): object {
  return {
    flakes: Object.fromEntries(flakes.map(({ reference, locked, dirty }) => [reference, { ...locked, dirty }])),
    results: byPath(requests.flatMap(results)),
  };
}

function results({ request, scopes, state }: TrackedRequest) {
  return state.answers
    .derivations()
    .flatMap(({ drv, out }) =>
      [...scopes].map(({ node }) => ({ construct: node.path, of: request.name, drvPath: drv, outPath: out })),
    );
}

function byPath<Entry extends { readonly construct: string }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (a.construct < b.construct ? -1 : Number(a.construct > b.construct)));
}

function readable(json: string): string {
  return `${JSON.stringify(JSON.parse(json), undefined, 2)}\n`;
}
