import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { pathProblem, platformProblem, refuseArgument } from './evaluation/request/arguments';
import { incompleteFileProblem, settingsProblem, specialArgsProblem } from './evaluation/request/configuration-input';
import type { EvaluatedConfiguration } from './evaluation/request/evaluated-configuration';
import { ConfigurationToken } from './evaluation/tokens/configuration-token';
import { Evaluation } from './evaluation/evaluation';
import { EvaluationError } from './evaluation/nix/evaluation-error';
import { attributeProblem, flakeProblem, installableProblem, parseInstallable } from './evaluation/request/installable';
import type { ConfigurationRequest } from './evaluation/request/request';
import type { RowResult } from './evaluation/request/row';
import { UnknownToken } from './evaluation/tokens/unavailable-token';
import type { NixOptions } from './nix-options';
import type { NixosModule } from './nixos-module';
import type { NixpkgsSource } from './nixpkgs-source';
import { OptionValue } from './option-value';
import { projectPath } from './private/paths';
import { parseAttributePath, showAttributePath } from './validation/attribute-path';
import { display } from './validation/display';
import { InputError } from './validation/problem';
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
    const of = 'NixosConfiguration.fromFlake';
    refuseArgument(of, 'installable', installableProblem(installable));
    const { flake, attribute } = parseInstallable(installable);
    refuseArgument(of, 'attribute', attributeProblem(attribute, options.attribute));
    const path = options.attribute ?? (attribute.length === 1 ? ['nixosConfigurations', ...attribute] : attribute);
    const name = options.attribute ? `${flake}#${showAttributePath(path)}` : installable;
    return NixosConfiguration.unextended(name, { kind: 'flake', flake, attribute: path });
  }

  /** A configuration.nix, relative to cdktf.json. It is evaluated where it is, so it may import what lies beside it. */
  static fromFile(file: string, options: FileConfigurationOptions): NixosConfiguration {
    const of = 'NixosConfiguration.fromFile';
    const { nixpkgs, system }: Partial<FileConfigurationOptions> = options ?? {};
    refuseArgument(of, 'file', pathProblem(file));
    refuseArgument(of, 'system', system === undefined ? undefined : platformProblem(system));
    const source = { kind: 'file' as const, file: projectPath(file), nixpkgs: nixpkgs?._request, system };
    return NixosConfiguration.unextended(file, source);
  }

  /** A system that is built already, here or in a binary cache. Nothing is evaluated. */
  static fromStorePath(storePath: string): NixosConfiguration {
    refuseArgument('NixosConfiguration.fromStorePath', 'storePath', storePathProblem(storePath));
    return new NixosConfiguration(storePath);
  }

  /** The names of a flake's `nixosConfigurations`, sorted. Evaluates now, but no more than the names. */
  static namesInFlake(scope: IConstruct, flake: string): string[] {
    refuseArgument('NixosConfiguration.namesInFlake', 'flake', flakeProblem(flake));
    return [...Evaluation.of(scope).readNames(scope, flake)];
  }

  private static unextended(name: string, source: ConfigurationRequest['source']): NixosConfiguration {
    return new NixosConfiguration({
      kind: 'configuration',
      name,
      source,
      modules: [],
      specialArgs: {},
      settings: {},
    });
  }

  /** What is evaluated, or the store path that needs no evaluation. */
  private constructor(private readonly source: ConfigurationRequest | string) {}

  /** The same configuration with more modules, arguments or other settings of its evaluation. */
  extend(options: ConfigurationOptions): NixosConfiguration {
    const of = 'NixosConfiguration.extend';
    if (typeof this.source === 'string') {
      const expected = 'a configuration that is evaluated';
      const fix = 'extend the configuration that the path was built from';
      throw new InputError(of, 'configuration', { given: `the store path ${this.source}`, expected, fix });
    }
    const { modules = [], specialArgs = {}, nix = {} } = options;
    refuseArgument(of, 'specialArgs', specialArgsProblem(this.source.specialArgs, specialArgs));
    refuseArgument(of, 'nix', settingsProblem(nix));
    return new NixosConfiguration({
      ...this.source,
      modules: [...this.source.modules, ...modules.map(({ _request }) => _request)],
      specialArgs: { ...this.source.specialArgs, ...specialArgs },
      settings: { ...this.source.settings, ...nix },
    });
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
    return new OptionValue(this.requestFor(`option ${path}`), names as string[]);
  }

  /** The store path of the system, known at plan. */
  get toplevel(): string {
    return typeof this.source === 'string' ? this.source : Token.asString(new ConfigurationToken(this.source, 'out'));
  }

  /** The store path of the system's derivation, known at plan. A system from a store path has none. */
  get drvPath(): string {
    return this.token('drv', 'drvPath');
  }

  /** The platform of the system, known at plan: `x86_64-linux`. Not known of a store path. */
  get system(): string {
    return this.token('system', 'system');
  }

  /**
   * Notes that a construct wants the system, and perhaps which values it declares. Starts nothing.
   * @internal
   */
  _request(scope: IConstruct, values = false): void {
    if (typeof this.source === 'string') return;
    const { name, source } = this.source;
    const problem = source.kind === 'file' ? incompleteFileProblem(name, source) : undefined;
    if (problem) throw new InputError(scope.node.path, 'configuration', problem);
    Evaluation.of(scope).request(scope, this.source, { toplevel: true, values });
  }

  /**
   * The evaluated configuration; evaluates everything that is pending. Throws EvaluationError.
   * @internal
   */
  _evaluated(scope: IConstruct): EvaluatedConfiguration {
    if (typeof this.source === 'string') return { toplevel: this.source, switchable: true };
    return evaluated(Evaluation.of(scope).result(scope, this.source, { toplevel: true }));
  }

  /**
   * As `_evaluated`, but nothing when the evaluation failed, which `_problems` says.
   * @internal
   */
  _tryEvaluated(scope: IConstruct): EvaluatedConfiguration | undefined {
    if (typeof this.source === 'string') return this._evaluated(scope);
    const result = Evaluation.of(scope).tryResult(scope, this.source, { toplevel: true });
    return result && evaluated(result);
  }

  /**
   * Why the evaluation failed, for the validation of a construct; what another one has said already is left out.
   * @internal
   */
  _problems(scope: IConstruct): string[] {
    if (typeof this.source === 'string') return [];
    return Evaluation.of(scope).problems(scope, this.source, { toplevel: true });
  }

  private token(member: 'drv' | 'system', name: string): string {
    if (typeof this.source !== 'string') return Token.asString(new ConfigurationToken(this.source, member));
    const reason = `a configuration from a store path has no ${name}`;
    return Token.asString(new UnknownToken(new EvaluationError({ subject: this.source, reason })));
  }

  private requestFor(what: string): ConfigurationRequest {
    if (typeof this.source !== 'string') return this.source;
    throw new EvaluationError({ subject: what, reason: `${this.source} is a store path: it has no options` });
  }
}

function evaluated({ out = '', drv, system, switchable = true, values }: RowResult): EvaluatedConfiguration {
  return { toplevel: out, drvPath: drv, system, switchable, values };
}
