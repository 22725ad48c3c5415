import type { IConstruct } from 'constructs';
import {
  nixOptionsProblem,
  pathProblem,
  platformProblem,
  refuseArgument,
  specialArgsProblem,
} from './evaluation/request/arguments';
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
import { parseAttributePath, showAttributePath } from './validation/attribute-path';
import { display } from './validation/display';
import { storePathProblem } from './validation/store-path';

/** What a flake reference does not say. */
export interface FlakeConfigurationOptions {
  /**
   * The attribute path in the flake, for names that hold dots: `['nixosConfigurations', 'web.example.com']`.
   * @default - what follows "#" in the installable
   */
  readonly attribute?: string[];
}

/** What a configuration.nix does not say. */
export interface FileConfigurationOptions {
  /** The nixpkgs that the configuration is evaluated with. */
  readonly nixpkgs: NixpkgsSource;
  /** The platform of the machine: `x86_64-linux`. */
  readonly system: string;
}

/** What is added to a configuration. */
export interface ConfigurationOptions {
  /**
   * NixOS modules.
   * @default - none
   */
  readonly modules?: NixosModule[];
  /**
   * Arguments that modules get by name, as plain data. One that the configuration has already is an error.
   * @default - none
   */
  readonly specialArgs?: { readonly [name: string]: any };
  /**
   * How the configuration is evaluated.
   * @default - purely, without building
   */
  readonly nix?: NixOptions;
}

/**
 * A NixOS configuration: what to evaluate. It is a value; creating one evaluates nothing. All configurations of an app
 * are evaluated together when the app is synthesized. Nothing is built then, and nothing is added to a configuration
 * unasked: one that is not extended has the very store path that `nix eval` gives.
 */
export class NixosConfiguration {
  /**
   * A configuration of a flake.
   *
   * @param installable `.#web` is `nixosConfigurations.web` of the flake in the folder of cdktf.json. A longer path
   * (`.#hydraJobs.web`) is taken as it is.
   */
  static fromFlake(installable: string, options: FlakeConfigurationOptions = {}): NixosConfiguration {
    const caller = 'NixosConfiguration.fromFlake';
    refuseArgument(caller, 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    refuseArgument(caller, 'attribute', attributeProblem(attribute, options.attribute));
    const path = options.attribute ?? (attribute.length === 1 ? ['nixosConfigurations', ...attribute] : attribute);
    const name = options.attribute ? `${flake}#${showAttributePath(path)}` : installable;
    return NixosConfiguration.unextended(name, { kind: 'flake', flake, attribute: path });
  }

  /** A configuration.nix, relative to cdktf.json. It is evaluated where it is, so it may import what lies beside it. */
  static fromFile(file: string, options: FileConfigurationOptions): NixosConfiguration {
    const caller = 'NixosConfiguration.fromFile';
    const { nixpkgs, system }: Partial<FileConfigurationOptions> = options ?? {};
    refuseArgument(caller, 'file', pathProblem(file));
    refuseArgument(caller, 'system', system === undefined ? undefined : platformProblem(system));
    const source = { kind: 'file' as const, file: projectPath(file), nixpkgs: nixpkgs?._requested, system };
    return NixosConfiguration.unextended(file, source);
  }

  /** A system that is built already, here or in a binary cache. Nothing is evaluated. */
  static fromStorePath(storePath: string): NixosConfiguration {
    refuseArgument('NixosConfiguration.fromStorePath', 'storePath', storePathProblem(storePath));
    return new NixosConfiguration(new BuiltConfiguration(storePath));
  }

  /** The names of a flake's `nixosConfigurations`, sorted. Evaluates now, but no more than the names. */
  static namesInFlake(scope: IConstruct, flake: string): string[] {
    refuseArgument('NixosConfiguration.namesInFlake', 'flake', flakeProblem(flake));
    return [...Evaluation.of(scope).readNames(scope, flake)];
  }

  private static unextended(name: string, source: ConfigurationRequest['source']): NixosConfiguration {
    const request = { kind: 'configuration' as const, name, source, modules: [], specialArgs: {}, nix: {} };
    return new NixosConfiguration(new RequestedConfiguration(request));
  }

  private constructor(private readonly source: ConfigurationSource) {}

  /** The same configuration with more modules, arguments or other settings of its evaluation. */
  extend(options: ConfigurationOptions): NixosConfiguration {
    return new NixosConfiguration(this.source.extended((request) => extendedRequest(request, options)));
  }

  /**
   * The value of an option, for Terraform: `networking.firewall.allowedTCPPorts`. A name with dots is quoted:
   * `services.nginx.virtualHosts."example.com".root`.
   */
  option(path: string): OptionValue {
    const names = typeof path === 'string' ? parseAttributePath(path) : undefined;
    const expected = 'the path of an option: networking.hostName';
    const fix = 'separate names by dots; a name that holds a dot is quoted';
    refuseArgument('NixosConfiguration.option', 'path', names ? undefined : { given: display(path), expected, fix });
    return new OptionValue(this.source.requestForOption(path), names as string[]);
  }

  /** The store path of the system, known at plan. */
  get toplevel(): string {
    return this.source.toplevel;
  }

  /** The store path of the system's derivation, known at plan. A system from a store path has none. */
  get drvPath(): string {
    return this.source.drvPath;
  }

  /** The platform of the system, known at plan: `x86_64-linux`. Not known of a store path. */
  get system(): string {
    return this.source.system;
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
  const { modules = [], specialArgs = {}, nix = {} } = options;
  const caller = 'NixosConfiguration.extend';
  refuseArgument(caller, 'specialArgs', specialArgsProblem(request.specialArgs, specialArgs));
  refuseArgument(caller, 'nix', nixOptionsProblem(nix));
  return {
    ...request,
    modules: [...request.modules, ...modules.map(({ _requested }) => _requested)],
    specialArgs: { ...request.specialArgs, ...specialArgs },
    nix: { ...request.nix, ...nix },
  };
}
