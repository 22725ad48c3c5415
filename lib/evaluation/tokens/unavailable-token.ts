import { Token, type IResolvable, type IResolveContext } from 'cdktf';

/** Stands for a value that there is none of; an error where it is used. */
export class UnknownToken implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly error: Error) {}

  resolve(context: IResolveContext): unknown {
    if (context.preparing) return '';
    throw this.error;
  }

  toString(): string {
    return Token.asString(this);
  }
}
