import { createHash } from 'node:crypto';
import { canonicalJson } from '../../private/canonical-json';
import type { JobValue } from '../../job/job';

/** What `values-digest` says when there are none. */
export const NO_VALUES = 'none';

interface DeployedValue {
  readonly name: string;
  readonly content: Buffer;
  readonly restartUnits: readonly string[];
}

/** The values of a deployment as they travel: one JSON text per name, the same bytes for the same value. */
export class DeployedValues {
  private readonly values: readonly DeployedValue[];

  constructor(values: { readonly [name: string]: JobValue }) {
    this.values = Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { value, restartUnits }]) => {
        return { name, content: Buffer.from(`${canonicalJson(value)}\n`), restartUnits };
      });
  }

  /** Differs when a name or a value does, so that a change of values alone is not taken for nothing to do. */
  get digest(): string {
    if (this.values.length === 0) return NO_VALUES;
    const hash = createHash('sha256');
    for (const { name, content } of this.values) hash.update(`${name} ${content.length}\n`).update(content);
    return hash.digest('hex');
  }

  /** Header lines of `start`. */
  get header(): (readonly [string, string])[] {
    return this.values.flatMap(({ name, content, restartUnits }) => [
      ['value', `${name} ${content.length}`] as const,
      ...restartUnits.map((unit) => ['restart', `${name} ${unit}`] as const),
    ]);
  }

  /** The contents one after another, in the header's order. */
  get payload(): Buffer {
    return Buffer.concat(this.values.map(({ content }) => content));
  }
}
