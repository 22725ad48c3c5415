import type { Shape } from '../../../lab';
import type { Run } from './run';
import type { Limits, Scene } from './scene';
import type { Configuration } from './systems';

/** One line of the table: what goes wrong, and what is true afterwards. */
export interface Fault {
  /** What goes wrong, as a noun. */
  readonly name: string;
  /** Where it applies; the first is the representative one, which every test run plays. */
  readonly shapes: readonly Shape[];
  /** Played with the whole matrix only: a neighbour of it is played in every run. @default false */
  readonly rare?: boolean;
  /** On top of the ordinary system that runs before. */
  readonly old?: Configuration;
  /** On top of the ordinary system that is deployed. */
  readonly wanted?: Configuration;
  /** On top of the ordinary system that is deployed when all is over. */
  readonly next?: Configuration;
  readonly limits?: Partial<Limits>;
  readonly storeMib?: number;
  /** `ext4` loses unsynced data in a power cut. @default 'memory' */
  readonly disk?: 'memory' | 'ext4';
  /** Done to the host before the deployment. */
  readonly prepare?: (scene: Scene) => Promise<void>;
  /** What runs the client, also in the deployment after the fault. @default 'client' */
  readonly by?: 'client' | 'terraform';
  /** Starts the deployment. @default - of the wanted system */
  readonly start?: (scene: Scene) => Promise<Run>;
  /** What strikes while the deployment runs. */
  readonly strike?: (scene: Scene, run: Run) => Promise<void>;
  readonly outcome: Outcome;
  /** What else is true afterwards. */
  readonly check?: (scene: Scene) => Promise<void>;
  /** Before the next deployment: what a person would do, as the message advises. */
  readonly repair?: (scene: Scene) => Promise<void>;
}

/** The systems of a scene. */
export type Role = 'old' | 'wanted' | 'next';

/** What is true afterwards. */
export interface Outcome {
  /** The exit status; undefined when the deployment itself was killed. */
  readonly status: number | undefined;
  readonly runs: Role;
  /** @default - what runs */
  readonly profile?: Role;
  /** @default - what runs */
  readonly boots?: Role;
  /** The last state in the journal; '' when the host has begun no transaction. */
  readonly state: string;
  /** For a failure: its three lines. */
  readonly says?: { readonly failed: RegExp; readonly host: RegExp; readonly toDo: RegExp };
  readonly roots?: 'none' | 'any';
  readonly temporary?: readonly string[];
  readonly sessions?: 'none' | 'any';
}
