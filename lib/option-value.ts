import { Token, type IResolvable } from 'cdktf';
import type { IConstruct } from 'constructs';
import { Evaluation } from './evaluation/evaluation';
import { optionData, type OptionType } from './evaluation/tokens/option-data';
import { optionField, OptionToken } from './evaluation/tokens/option-token';
import type { ConfigurationRequest } from './evaluation/request/request';
import { optionWant } from './evaluation/request/wants';
import { InputError } from './validation/problem';

/**
 * The value of a NixOS option, for use in Terraform. It is known at plan: it appears as a literal. The kinds of tokens
 * that can't be told apart from their use are chosen by the function.
 */
export class OptionValue {
  /** @internal */
  constructor(
    private readonly request: ConfigurationRequest,
    private readonly option: readonly string[],
  ) {}

  /** Text; numbers and booleans become text. */
  asString(): string {
    return Token.asString(this.token('string'));
  }

  /** A number as a token: the program itself can't calculate with it. There, use `read`. */
  asNumber(): number {
    return Token.asNumber(this.token('number'));
  }

  /** A boolean as a token: a condition of the program would always hold. There, use `read`. */
  asBoolean(): IResolvable {
    return this.token('boolean');
  }

  /**
   * A list as a token: for arguments of resources, `Fn` and `TerraformIterator.fromList`. A loop of the program over
   * it sees one meaningless element: there, use `read`.
   */
  asStringList(): string[] {
    return Token.asList(this.token('string list'));
  }

  /** As `asStringList`, of numbers. */
  asNumberList(): number[] {
    return Token.asNumberList(this.token('number list'));
  }

  /** The value as it is, for arguments of any type. */
  asAny(): IResolvable {
    return this.token('any');
  }

  /**
   * The value itself, for decisions of the program. Evaluates now everything that was requested so far, which costs
   * one evaluation more than a token.
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
