import { withoutLineEnd } from './bytes';
import { SIZE, Unreadable } from './unreadable';

/** A variable of the environment, without one line end at its end. @throws Unreadable */
export function readEnvironment(name: string, environment: NodeJS.ProcessEnv): Buffer {
  const text = environment[name];
  // Node.js puts it in the place of bytes that are no text.
  if (text?.includes('\ufffd')) throw notText(name);
  if (text !== undefined) return withoutLineEnd(Buffer.from(text));
  throw new Unreadable({
    given: `the variable ${name}, which is not set`,
    expected: `a variable of ${SIZE}`,
    fix: `export ${name} where terraform or cdktf is started`,
  });
}

function notText(name: string): Unreadable {
  return new Unreadable({
    given: `the variable ${name}, which is not in UTF-8`,
    expected: 'a text',
    fix: 'give the bytes by SecretSource.file or SecretSource.command',
  });
}
