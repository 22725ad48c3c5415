import { outputOf } from './program';
import { withoutLineEnd } from './bytes';

/** What a command prints, without one line end at its end. @throws Unreadable */
export async function readCommand(argv: readonly string[], limitSeconds?: number): Promise<Buffer> {
  return withoutLineEnd(await outputOf(argv, { limitSeconds }));
}
