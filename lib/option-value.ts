import { Token, type IResolvable } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Evaluation } from './evaluation/evaluation';
import { optionData, type OptionType } from './evaluation/tokens/option-data';
import { optionField, OptionToken } from './evaluation/tokens/option-token';
import type { ConfigurationRequest } from './evaluation/request/request';
import { optionWant } from './evaluation/request/wants';
import { InputError } from './validation/problem';

/**
 * The value of a NixOS option. In Terraform it is a literal, known at plan. Choose the function by the type that the
 * value has in Nix. The functions `as...` return a token at once and never throw: a missing option, or a value of
 * another type, is reported by synth, in the name of the construct that uses the token.
 *
 * @example
 * const ssh = configuration.option('services.openssh.ports');
 * firewall.addRule({ ports: ssh.asNumberList() });
 * if (configuration.option('services.nginx.enable').read(this)) openPort(443);
 */
export class OptionValue {
  /** @internal */
  constructor(
    private readonly request: ConfigurationRequest,
    private readonly option: readonly string[],
  ) {}

  /** A string. Numbers and booleans become text; synth reports a value of another type. */
  asString(): string {
    return Token.asString(this.token('string'));
  }

  /**
   * A number as a token. The program itself cannot calculate with it: use `read` for that. Synth reports a value of
   * another type.
   */
  asNumber(): number {
    return Token.asNumber(this.token('number'));
  }

  /**
   * A boolean as a token. As a condition of the program it is always true: use `read` for that. Synth reports a value of
   * another type.
   */
  asBoolean(): IResolvable {
    return this.token('boolean');
  }

  /**
   * A list of strings as a token, for arguments of resources, `Fn` and `TerraformIterator.fromList`. A loop of the
   * program over it sees one meaningless element: use `read` for that. Synth reports a value of another type.
   */
  asStringList(): string[] {
    return Token.asList(this.token('string list'));
  }

  /** A list of numbers, otherwise like `asStringList`. */
  asNumberList(): number[] {
    return Token.asNumberList(this.token('number list'));
  }

  /** The value in its own type, for arguments of any type. Synth reports a value that is not data, such as a function. */
  asAny(): IResolvable {
    return this.token('any');
  }

  /**
   * The value itself, for decisions of the program. Evaluates everything that was requested so far now, which costs one
   * more evaluation than a token.
   *
   * @param scope any construct of the app
   * @throws EvaluationError when the configuration cannot be evaluated, InputError when the option does not exist or
   * JSON cannot carry its value
   */
  read(scope: IConstruct): any {
    const answer = Evaluation.of(scope).readNow(scope, this.request, optionWant(this.option));
    const found = optionData(answer, 'any', this.option);
    if ('data' in found) return found.data;
    throw new InputError(scope.node.path, optionField(this.request, this.option), found.problem);
  }

  private token(type: OptionType): OptionToken {
    return new OptionToken(this.request, this.option, type);
  }
}
