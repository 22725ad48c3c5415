import { describe, expect, it } from 'vitest';
import { foreignText } from '../../lib/private/foreign-text';

describe('a text of another program', () => {
  it.each([
    ['::add-mask::x', ': :add-mask::x'],
    ['first\n \t::stop-commands::y', 'first\n \t: :stop-commands::y'],
    ['a ##vso[task.setvariable]b', 'a # #vso[task.setvariable]b'],
    ['##[error]x', '# #[error]x'],
    ["##teamcity[message text='x']", "# #teamcity[message text='x']"],
    ['ab\u202ecd\u200be\u2066f\u2028g', 'ab\\u202ecd\\u200be\\u2066f\\u2028g'],
    ['\u001b[2J\u001b]0;title\u0007a\u009bb\rc', 'abc'],
  ])('a command of a terminal or of CI in it is disarmed: %j', (text, shown) => {
    expect(foreignText(text)).toBe(shown);
  });

  it.each(['std::string', 'a :: b', '## heading\n#[x]', 'tab\there\nüñ 日本 🙂', '  at flake.nix:2:3'])(
    'an ordinary text stays as it is: %j',
    (text) => {
      expect(foreignText(text)).toBe(text);
    },
  );
});
