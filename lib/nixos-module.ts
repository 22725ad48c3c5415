import path from 'node:path';
import { pathProblem, refuseArgument } from './evaluation/request/arguments';
import { installableProblem, parseInstallable } from './evaluation/request/installable';
import type { ModuleRequest } from './evaluation/request/request';
import { ModulePriority } from './module-priority';
import { inside, projectPath } from './private/paths';
import { display } from './validation/display';
import type { Problem } from './validation/problem';

/** How a module of plain data is meant. */
export interface ConfigModuleOptions {
  /**
   * Against values that the configuration sets itself. It applies to each value, not to whole sets, as when
   * `lib.mkForce` is written before each value.
   * @default ModulePriority.NORMAL
   */
  readonly priority?: ModulePriority;
}

/** What belongs to a module file. */
export interface FileModuleOptions {
  /**
   * The folder that the file reads from (`import ./other.nix`), at or above it. It is copied to the world-readable
   * Nix store.
   * @default - the file alone; for a folder with a default.nix that folder
   */
  readonly root?: string;
}

/** A NixOS module that extends a configuration. */
export class NixosModule {
  /**
   * Options as plain data: `{ networking: { hostName: 'web1' } }`. An option that the configuration sets already
   * conflicts, unless the priority decides. Values of Terraform that are known only at apply are refused: give them to
   * the deployment as `values`.
   */
  static fromConfig(config: { [option: string]: any }, options: ConfigModuleOptions = {}): NixosModule {
    const { priority = ModulePriority.NORMAL } = options;
    refuseArgument('NixosModule.fromConfig', 'config', configProblem(config));
    return new NixosModule({ kind: 'config', config, priority: priority._number });
  }

  /** A module file of the program's own project, relative to cdktf.json. It is copied to the world-readable Nix store. */
  static fromFile(file: string, options: FileModuleOptions = {}): NixosModule {
    const of = 'NixosModule.fromFile';
    refuseArgument(of, 'file', pathProblem(file));
    if (options.root === undefined) return new NixosModule({ kind: 'file', file: projectPath(file) });
    refuseArgument(of, 'root', rootProblem(options.root, file));
    return new NixosModule({ kind: 'file', file: projectPath(file), root: projectPath(options.root) });
  }

  /** A module file of the flake that the configuration comes from, relative to the flake: `modules/web.nix`. */
  static inFlake(file: string): NixosModule {
    refuseArgument('NixosModule.inFlake', 'file', pathInFlakeProblem(file));
    return new NixosModule({ kind: 'inFlake', path: path.normalize(file) });
  }

  /**
   * A module that a flake offers: `github:owner/repo#name` is its `nixosModules.name`, without a name its
   * `nixosModules.default`. Pin the flake by its commit: a branch moves between two synths.
   */
  static fromFlake(installable: string): NixosModule {
    refuseArgument('NixosModule.fromFlake', 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    const [name = 'default', ...more] = attribute;
    const full = more.length > 0 ? attribute : ['nixosModules', name];
    return new NixosModule({ kind: 'flake', flake, attribute: full });
  }

  private constructor(
    /** @internal */
    readonly _request: ModuleRequest,
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
