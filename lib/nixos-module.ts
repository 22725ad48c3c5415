import path from 'node:path';
import { pathProblem } from './evaluation/request/arguments';
import { installableProblem, parseInstallable } from './evaluation/request/installable';
import type { RequestedModule } from './evaluation/request/request';
import { ModulePriority } from './module-priority';
import { inside, projectPath } from './private/paths';
import { Checks } from './terraform/checks';
import { display } from './validation/display';
import type { OptionNames } from './validation/options';
import { type Problem, refuse } from './validation/problem';

/** Options of a module of plain data. */
export interface ConfigModuleOptions {
  /**
   * The priority over values that the configuration itself sets. It applies to each value, not to whole sets, as if
   * `lib.mkForce` stood before each value.
   * @default ModulePriority.NORMAL
   */
  readonly priority?: ModulePriority;
}

/** Options of a module file. */
export interface FileModuleOptions {
  /**
   * The folder that the file reads from (`import ./other.nix`), at or above the file. It is copied to the
   * world-readable Nix store.
   * @default - only the file; for a folder with a default.nix, that folder
   */
  readonly root?: string;
}

const CONFIG_OPTIONS: OptionNames = { priority: true } satisfies Record<keyof ConfigModuleOptions, unknown>;
const FILE_OPTIONS: OptionNames = { root: true } satisfies Record<keyof FileModuleOptions, unknown>;

/**
 * A NixOS module that extends a configuration.
 *
 * @example
 * configuration.extend({
 *   modules: [
 *     NixosModule.fromFile('modules/web.nix'),
 *     NixosModule.fromConfig({ networking: { hostName: 'web1' } }, { priority: ModulePriority.FORCE }),
 *   ],
 * });
 */
export class NixosModule {
  /**
   * NixOS options as plain data.
   *
   * @param config `{ networking: { hostName: 'web1' } }`. An option that the configuration already sets conflicts,
   * unless the priority decides. A value that Terraform knows only at apply is an error of synth: give it to the
   * deployment as one of its `values`.
   * @param options the priority
   * @throws InputError when it is not an object
   */
  static fromConfig(config: { [option: string]: any }, options: ConfigModuleOptions = {}): NixosModule {
    new Checks('NixosModule.fromConfig').options('options', options, CONFIG_OPTIONS, '');
    const { priority = ModulePriority.NORMAL } = options;
    refuse('NixosModule.fromConfig', 'config', configProblem(config));
    return new NixosModule({ kind: 'config', config, priority: priority._number });
  }

  /**
   * A module file of the program's own project. It is copied to the world-readable Nix store.
   *
   * @param file the path of a file, or of a folder with a default.nix, absolute or relative to cdktf.json
   * @param options the folder that the file reads from
   * @throws InputError when a path is not valid, or the root does not hold the file
   */
  static fromFile(file: string, options: FileModuleOptions = {}): NixosModule {
    const caller = 'NixosModule.fromFile';
    new Checks(caller).options('options', options, FILE_OPTIONS, '');
    refuse(caller, 'file', pathProblem(file));
    if (options.root === undefined) return new NixosModule({ kind: 'file', file: projectPath(file) });
    refuse(caller, 'root', rootProblem(options.root, file));
    return new NixosModule({ kind: 'file', file: projectPath(file), root: projectPath(options.root) });
  }

  /**
   * A module file of the flake that the configuration comes from.
   *
   * @param file its path relative to flake.nix: `modules/web.nix`
   * @throws InputError when the path is absolute or leads out of the flake
   */
  static inFlake(file: string): NixosModule {
    refuse('NixosModule.inFlake', 'file', pathInFlakeProblem(file));
    return new NixosModule({ kind: 'inFlake', path: path.normalize(file) });
  }

  /**
   * A module of a flake. Pin the flake by its commit: a branch may move between two synths.
   *
   * @param installable `github:owner/repo/<commit>#name` is its `nixosModules.name`; without a name it is
   * `nixosModules.default`
   * @throws InputError when it is not an installable
   */
  static fromFlake(installable: string): NixosModule {
    refuse('NixosModule.fromFlake', 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    const [name = 'default', ...more] = attribute;
    const full = more.length > 0 ? attribute : ['nixosModules', name];
    return new NixosModule({ kind: 'flake', flake, attribute: full });
  }

  private constructor(
    /** @internal */
    readonly _requested: RequestedModule,
  ) {}
}

function configProblem(config: unknown): Problem | undefined {
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return undefined;
  const fix = 'write { networking: { hostName: "web1" } }';
  return { given: display(config), expected: 'an object of NixOS options', fix };
}

function rootProblem(root: string, file: string): Problem | undefined {
  const problem = pathProblem(root);
  if (problem || inside(projectPath(root), projectPath(file)) !== undefined) return problem;
  const fix = 'name a folder at or above the file';
  return { given: display(root), expected: `a folder that holds ${file}`, fix };
}

function pathInFlakeProblem(file: string): Problem | undefined {
  const problem = pathProblem(file);
  if (problem || (!path.isAbsolute(file) && inside('.', file) !== undefined)) return problem;
  const fix = 'for a file of the project use NixosModule.fromFile';
  return { given: display(file), expected: 'a path in the flake, relative to its flake.nix', fix };
}
