import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { providerMirror, root } from '../setup/environment.mjs';

const RELEASES = path.join('test', 'fixtures', 'releases');

/** What differs from one machine to another, and the text that stands for it in recorded files. */
const placeholders = (project: string) => [
  // cdktf writes the folder of the project as an absolute path.
  ['@project@', project],
  // Where the providers come from is a part of their names; OpenTofu has another place.
  ['@registry@', readdirSync(providerMirror)[0]],
];

/** A release of this package: an app, and what a deployment of it with that release left behind. */
export class RecordedRelease {
  /** Every release that has a folder in test/fixtures/releases. */
  static all(): RecordedRelease[] {
    const entries = readdirSync(path.join(root, RELEASES), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => new RecordedRelease(name));
  }

  /** The text of a file of the project in the given folder, as it would be for a project anywhere. */
  static portable(text: string, project: string): string {
    return placeholders(project).reduce((result, [placeholder, own]) => result.replaceAll(own, placeholder), text);
  }

  /** The app's folder, relative to the repository's root. */
  readonly app: string;
  /** Holds a folder for each stack. */
  readonly recorded: string;

  constructor(readonly version: string) {
    this.app = path.join(RELEASES, version, 'app');
    this.recorded = path.join(root, RELEASES, version, 'recorded');
  }

  /** The names of the stacks. */
  get stacks(): string[] {
    return existsSync(this.recorded) ? readdirSync(this.recorded).sort() : [];
  }

  /** The stack's Terraform JSON, for a project in the given folder. */
  stackText(stack: string, project: string): string {
    return this.read(stack, 'cdk.tf.json', project);
  }

  /** The stack's state, for a project in the given folder. */
  state(stack: string, project: string): string {
    return this.read(stack, 'state.json', project);
  }

  private read(stack: string, file: string, project: string): string {
    const text = readFileSync(path.join(this.recorded, stack, file), 'utf8');
    return placeholders(project).reduce((result, [placeholder, own]) => result.replaceAll(placeholder, own), text);
  }
}
