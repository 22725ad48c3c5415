import type { IConstruct } from 'constructs';
import { InputError, refuse } from '../validation/problem';
import { Evaluation } from './evaluation';
import { knownHandle, mapHandle, type EvaluationHandle } from './handle';
import { EvaluationError } from './nix/evaluation-error';
import { incompleteFileProblem } from './request/arguments';
import type { EvaluatedConfiguration } from './request/evaluated-configuration';
import type { ConfigurationRequest } from './request/request';
import { copiedPlaces } from './source/copied-places';
import { Answers, TOPLEVEL, Wants } from './request/wants';
import { ConfigurationToken, UnavailableToken } from './tokens/configuration-token';

/** What a NixosConfiguration stands for. */
export interface ConfigurationSource {
  /** The store path of the system, for Terraform. */
  readonly toplevel: string;
  /** The derivation of the system, for Terraform. */
  readonly drvPath: string;
  /** The platform of the system, for Terraform. */
  readonly system: string;
  /** The files and folders of this machine that Nix copies into its store as they are. */
  readonly copied: readonly string[];
  /** Another source, with a changed request. */
  extended(change: (request: ConfigurationRequest) => ConfigurationRequest): ConfigurationSource;
  /** The request that an option is read from. */
  requestForOption(option: string): ConfigurationRequest;
  /**
   * The request that something besides the system is read from: an image, another derivation.
   * @throws InputError when there is nothing to evaluate
   */
  requestFor(scope: IConstruct): ConfigurationRequest;
  /** Requests the system, and what else is wanted, for a construct. Starts nothing. */
  evaluation(scope: IConstruct, wants: Wants): EvaluationHandle<EvaluatedConfiguration>;
}

/** A configuration that is evaluated. */
export class RequestedConfiguration implements ConfigurationSource {
  constructor(private readonly request: ConfigurationRequest) {}

  get toplevel(): string {
    return new ConfigurationToken(this.request, 'out').toString();
  }

  get drvPath(): string {
    return new ConfigurationToken(this.request, 'drv').toString();
  }

  get system(): string {
    return new ConfigurationToken(this.request, 'system').toString();
  }

  get copied(): readonly string[] {
    return copiedPlaces(this.request);
  }

  extended(change: (request: ConfigurationRequest) => ConfigurationRequest): ConfigurationSource {
    return new RequestedConfiguration(change(this.request));
  }

  requestForOption(): ConfigurationRequest {
    return this.request;
  }

  requestFor(scope: IConstruct): ConfigurationRequest {
    const { name, source } = this.request;
    refuse(scope.node.path, 'configuration', source.kind === 'file' ? incompleteFileProblem(name, source) : undefined);
    return this.request;
  }

  evaluation(scope: IConstruct, wants: Wants): EvaluationHandle<EvaluatedConfiguration> {
    const handle = Evaluation.of(scope).request(scope, this.requestFor(scope), Wants.of(TOPLEVEL).merge(wants));
    return mapHandle(handle, (answers) => {
      const { out, drv, system, switchable } = answers.get(TOPLEVEL);
      return { toplevel: out, drvPath: drv, system, switchable, answers };
    });
  }
}

/** A system that was built before; nothing is evaluated. */
export class BuiltConfiguration implements ConfigurationSource {
  readonly copied = [];

  constructor(
    /** The store path. */
    readonly toplevel: string,
  ) {}

  get drvPath(): string {
    return this.unavailable('drvPath');
  }

  get system(): string {
    return this.unavailable('system');
  }

  extended(): ConfigurationSource {
    const expected = 'a configuration that is evaluated';
    const fix = 'extend the configuration that the path was built from';
    const given = `the store path ${this.toplevel}`;
    throw new InputError('NixosConfiguration.extend', 'configuration', { given, expected, fix });
  }

  requestForOption(option: string): ConfigurationRequest {
    const reason = `${this.toplevel} is a store path: it has no options`;
    throw new EvaluationError({ subject: `option ${option}`, reason });
  }

  requestFor(scope: IConstruct): ConfigurationRequest {
    throw new InputError(scope.node.path, 'configuration', {
      given: `the store path ${this.toplevel}`,
      expected: 'a configuration that is evaluated: a store path holds one system and nothing else',
      fix: 'give the configuration that the path was built from',
    });
  }

  evaluation(): EvaluationHandle<EvaluatedConfiguration> {
    return knownHandle({ toplevel: this.toplevel, switchable: true, answers: Answers.NONE });
  }

  private unavailable(member: string): string {
    const reason = `a configuration from a store path has no ${member}`;
    return new UnavailableToken(new EvaluationError({ subject: this.toplevel, reason })).toString();
  }
}
