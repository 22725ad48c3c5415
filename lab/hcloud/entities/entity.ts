import type { Labels } from '../api/labels';

/** What everything in a project has. */
export interface Entity {
  readonly id: number;
  name: string | null;
  labels: Labels;
  /** ISO 8601 */
  readonly created: string;
}
