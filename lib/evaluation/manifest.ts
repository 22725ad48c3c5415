import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { IConstruct } from 'constructs';
import { canonicalJson } from '../private/canonical-json';
import { replaceFile } from '../private/replace-file';
import { isInTree } from '../terraform/tree';
import type { FlakeSource } from './source/flake-source';
import type { TrackedRequest } from './tracked-request';

/** Another number for another meaning of what is there; more members are no other meaning. */
const FORMAT = 2;
/** What earlier versions wrote instead. Nothing keeps it up to date. */
const PREDECESSOR = 'nixos.json';

/**
 * What synth writes down for people and tools: `nixos/manifest.json` in the output, described in docs/manifest.md and by
 * schema/manifest.json. The same for the same input; without values.
 *
 * It is written when every deployment of the app has been written to its stack, so it fits the stacks: when synth
 * fails, the manifest of the last good synth stays. At the end of the synth it is written again, because a deployment
 * may never come: an escape hatch can move its resource away.
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

  /** Announces a deployment: the file is not written before its entry is there, except at the end. */
  expect(deployment: IConstruct): void {
    this.expected.add(deployment);
  }

  /** Adds the entry of an announced deployment. */
  add(deployment: IConstruct, entry: object): void {
    this.entries.set(deployment, entry);
    const isAwaited = (other: IConstruct) => !this.entries.has(other) && isInTree(other);
    if (![...this.expected].some(isAwaited)) this.write();
  }

  /** Every stack has been written. The next synth of the app begins anew. */
  finish(): void {
    this.write();
    this.entries.clear();
  }

  private write(): void {
    const listed = [...this.entries].filter(([deployment]) => isInTree(deployment));
    const deployments = byPath(listed.map(([{ node }, entry]) => ({ ...entry, construct: node.path })));
    const manifest = { format: FORMAT, deployments, ...this.evaluated() };
    mkdirSync(this.folder, { recursive: true });
    replaceFile(path.join(this.folder, 'manifest.json'), (file) => {
      writeFileSync(file, readable(canonicalJson(manifest)));
    });
    rmSync(path.join(this.folder, PREDECESSOR), { force: true });
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
      [...scopes]
        .filter(isInTree)
        .map(({ node }) => ({ construct: node.path, of: request.name, drvPath: drv, outPath: out })),
    );
}

function byPath<Entry extends { readonly construct: string }>(entries: readonly Entry[]): Entry[] {
  return [...entries].sort((a, b) => (a.construct < b.construct ? -1 : Number(a.construct > b.construct)));
}

function readable(json: string): string {
  return `${JSON.stringify(JSON.parse(json), undefined, 2)}\n`;
}
