import type { IConstruct } from 'constructs';
import { checkNixOptions, pathProblem, platformProblem, specialArgsProblem } from './evaluation/request/arguments';
import type { EvaluatedConfiguration } from './evaluation/request/evaluated-configuration';
import {
  BuiltConfiguration,
  type ConfigurationSource,
  RequestedConfiguration,
} from './evaluation/configuration-source';
import { Evaluation } from './evaluation/evaluation';
import type { EvaluationHandle } from './evaluation/handle';
import { attributeProblem, flakeProblem, installableProblem, parseInstallable } from './evaluation/request/installable';
import type { ConfigurationRequest } from './evaluation/request/request';
import { Wants } from './evaluation/request/wants';
import type { NixOptions } from './evaluation/request/nix-options';
import type { NixosModule } from './nixos-module';
import type { NixpkgsSource } from './nixpkgs-source';
import { OptionValue } from './option-value';
import { projectPath } from './private/paths';
import { parseAttributePath, showAttributePath } from './private/attribute-path';
import { Checks } from './terraform/checks';
import { display } from './validation/display';
import { instanceProblem, type OptionNames } from './validation/options';
import { refuse } from './validation/problem';
import { storePathProblem } from './validation/store-path';

/** Options of a configuration of a flake. */
export interface FlakeConfigurationOptions {
  /**
   * The attribute path in the flake, for names that hold dots: `['nixosConfigurations', 'web.example.com']`.
   * @default - the part of the installable after "#"
   */
  readonly attribute?: string[];
}

/** Options of a configuration file. Both are required: another machine must evaluate it to the same system. */
export interface FileConfigurationOptions {
  /** The nixpkgs to evaluate the configuration with. */
  readonly nixpkgs: NixpkgsSource;
  /** The platform of the machine: `x86_64-linux`. */
  readonly system: string;
}

/** Additions to a configuration. */
export interface ConfigurationOptions {
  /**
   * NixOS modules.
   * @default - none
   */
  readonly modules?: NixosModule[];
  /**
   * Arguments that modules get by name, as plain data. An argument that the configuration already has is an error.
   * @default - none
   */
  readonly specialArgs?: { readonly [name: string]: any };
  /**
   * How the configuration is evaluated.
   * @default - purely, without building
   */
  readonly nix?: NixOptions;
}

const FLAKE_OPTIONS: OptionNames = { attribute: true } satisfies Record<keyof FlakeConfigurationOptions, unknown>;
const FILE_OPTIONS: OptionNames = { nixpkgs: true, system: true } satisfies Record<
  keyof FileConfigurationOptions,
  unknown
>;
const EXTENSION_OPTIONS: OptionNames = { modules: true, specialArgs: true, nix: true } satisfies Record<
  keyof ConfigurationOptions,
  unknown
>;

/**
 * A NixOS configuration. It is a value: creating one evaluates nothing. All configurations of an app are evaluated
 * together when the app is synthesized; nothing is built then. Nothing is added to a configuration unasked: without
 * `extend` it has the very store path that `nix eval` gives.
 *
 * @example
 * const web = NixosConfiguration.fromFlake('.#web').extend({
 *   modules: [NixosModule.fromConfig({ networking: { hostName: 'web1' } })],
 * });
 * new NixosDeployment(this, 'web-system', { machine, configuration: web });
 */
export class NixosConfiguration {
  /**
   * A configuration of a flake.
   *
   * @param installable `.#web` is `nixosConfigurations.web` of the flake in the folder of cdktf.json. A longer path
   * (`.#hydraJobs.web`) is taken as it is.
   * @param options for attribute paths that an installable cannot express
   * @throws InputError when the installable or the attribute is not valid. A flake that does not exist or cannot be
   * evaluated is an error of synth.
   */
  static fromFlake(installable: string, options: FlakeConfigurationOptions = {}): NixosConfiguration {
    const caller = 'NixosConfiguration.fromFlake';
    new Checks(caller).options('options', options, FLAKE_OPTIONS, '');
    refuse(caller, 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    refuse(caller, 'attribute', attributeProblem(attribute, options.attribute));
    const path = options.attribute ?? (attribute.length === 1 ? ['nixosConfigurations', ...attribute] : attribute);
    const name = options.attribute ? `${flake}#${showAttributePath(path)}` : installable;
    return NixosConfiguration.unextended(name, { kind: 'flake', flake, attribute: path });
  }

  /**
   * A configuration file. It is evaluated in place, so it may import files beside it.
   *
   * @param file the path of a configuration.nix, absolute or relative to cdktf.json
   * @param options the nixpkgs and the platform
   * @throws InputError when an argument is not valid
   */
  static fromFile(file: string, options: FileConfigurationOptions): NixosConfiguration {
    const caller = 'NixosConfiguration.fromFile';
    new Checks(caller).options('options', options ?? {}, FILE_OPTIONS, '');
    const { nixpkgs, system }: Partial<FileConfigurationOptions> = options ?? {};
    refuse(caller, 'file', pathProblem(file));
    refuse(caller, 'system', system === undefined ? undefined : platformProblem(system));
    const source = { kind: 'file' as const, file: projectPath(file), nixpkgs: nixpkgs?._requested, system };
    return NixosConfiguration.unextended(file, source);
  }

  /**
   * A system that was built before, here or in a binary cache. Nothing is evaluated.
   *
   * @param storePath `/nix/store/<hash>-nixos-system-...`
   * @throws InputError when it is not a store path
   */
  static fromStorePath(storePath: string): NixosConfiguration {
    refuse('NixosConfiguration.fromStorePath', 'storePath', storePathProblem(storePath));
    return new NixosConfiguration(new BuiltConfiguration(storePath));
  }

  /**
   * The names of a flake's `nixosConfigurations`, sorted. Evaluates the names now, and nothing else.
   *
   * @param scope any construct of the app
   * @param flake a flake reference without an attribute: `.`
   * @throws InputError when the reference is not valid, EvaluationError when the flake cannot be evaluated
   * @example
   * for (const name of NixosConfiguration.namesInFlake(this, '.')) {
   *   const configuration = NixosConfiguration.fromFlake('.', { attribute: ['nixosConfigurations', name] });
   *   new NixosDeployment(this, name, { machine: machines[name], configuration });
   * }
   */
  static namesInFlake(scope: IConstruct, flake: string): string[] {
    refuse('NixosConfiguration.namesInFlake', 'flake', flakeProblem(flake));
    return [...Evaluation.of(scope).readNames(scope, flake)];
  }

  private static unextended(name: string, source: ConfigurationRequest['source']): NixosConfiguration {
    const request = { kind: 'configuration' as const, name, source, modules: [], specialArgs: {}, nix: {} };
    return new NixosConfiguration(new RequestedConfiguration(request));
  }

  private constructor(private readonly source: ConfigurationSource) {}

  /**
   * The same configuration with more modules and arguments, or with other options of its evaluation.
   *
   * @param options what to add
   * @returns a new configuration; this one stays as it is
   * @throws InputError for an argument that an earlier extension gave, for options that are not valid, and for a
   * configuration from a store path
   */
  extend(options: ConfigurationOptions): NixosConfiguration {
    return new NixosConfiguration(this.source.extended((request) => extendedRequest(request, options)));
  }

  /**
   * The value of an option, for use in Terraform.
   *
   * @param path `networking.firewall.allowedTCPPorts`. Quote a name that contains dots:
   * `services.nginx.virtualHosts."example.com".root`.
   * @throws InputError when it is not an attribute path, EvaluationError for a configuration from a store path. An
   * option that does not exist is an error of synth.
   * @example
   * const ports = web.option('networking.firewall.allowedTCPPorts').asNumberList();
   */
  option(path: string): OptionValue {
    const names = typeof path === 'string' ? parseAttributePath(path) : undefined;
    const expected = 'the path of an option: networking.hostName';
    const fix = 'separate names with dots; quote a name that contains a dot or a blank';
    refuse('NixosConfiguration.option', 'path', names ? undefined : { given: display(path), expected, fix });
    return new OptionValue(this.source.requestForOption(path), names as string[]);
  }

  /** The store path of the system, known at plan. */
  get toplevel(): string {
    return this.source.toplevel;
  }

  /** The store path of the system's derivation, known at plan. Using it is an error for a system from a store path. */
  get drvPath(): string {
    return this.source.drvPath;
  }

  /** The platform of the system, known at plan: `x86_64-linux`. Using it is an error for a system from a store path. */
  get system(): string {
    return this.source.system;
  }

  /**
   * The files and folders of this machine that Nix copies into its store as they are.
   * @internal
   */
  get _copied(): readonly string[] {
    return this.source.copied;
  }

  /**
   * What a construct asks for something besides the system.
   * @internal
   */
  _requestFor(scope: IConstruct): ConfigurationRequest {
    return this.source.requestFor(scope);
  }

  /**
   * Requests the system for a construct, and perhaps more. Starts nothing.
   * @internal
   */
  _evaluation(scope: IConstruct, wants: Wants = Wants.NONE): EvaluationHandle<EvaluatedConfiguration> {
    return this.source.evaluation(scope, wants);
  }
}

function extendedRequest(request: ConfigurationRequest, options: ConfigurationOptions): ConfigurationRequest {
  const caller = 'NixosConfiguration.extend';
  const check = new Checks(caller);
  check.options('options', options, EXTENSION_OPTIONS, '');
  const { modules = [], specialArgs = {}, nix = {} } = options;
  check.list('modules', modules);
  const fix = 'write NixosModule.fromConfig({ ... }) or NixosModule.fromFile("web.nix")';
  modules.forEach((module, i) =>
    check.refuse(`modules[${i}]`, instanceProblem(module, '_requested', 'a NixosModule', fix)),
  );
  refuse(caller, 'specialArgs', specialArgsProblem(request.specialArgs, specialArgs));
  checkNixOptions(caller, nix);
  return {
    ...request,
    modules: [...request.modules, ...modules.map(({ _requested }) => _requested)],
    specialArgs: { ...request.specialArgs, ...specialArgs },
    nix: { ...request.nix, ...nix },
  };
}
