import { withoutLineEnd } from './bytes';
import { SIZE, Unreadable } from './unreadable';

/** A variable of the environment, without one line end at its end. @throws Unreadable */
export function readEnvironment(name: string, environment: NodeJS.ProcessEnv): Buffer {
  const text = environment[name];
  if (text !== undefined) return withoutLineEnd(Buffer.from(text));
  throw new Unreadable({
    given: `the variable ${name}, which is not set`,
    expected: `a variable of ${SIZE}`,
    fix: `export ${name} where terraform or cdktf is started`,
  });
}
