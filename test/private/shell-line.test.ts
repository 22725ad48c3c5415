import { expect, it } from 'vitest';
import { shellLine } from '../../lib/private/shell-line';

it('a command for a shell quotes every word that a shell would change', () => {
  expect(shellLine(['eval', "it's $HOME", 'a b', '.#web', '', 'a-b/c.d,e:f=g'])).toBe(
    `eval 'it'\\''s $HOME' 'a b' '.#web' '' a-b/c.d,e:f=g`,
  );
});
