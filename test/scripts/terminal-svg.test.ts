import { describe, expect, it } from 'vitest';
import { shorten, terminalSvg } from '../../scripts/picture/terminal-svg';

const HASH = '2xiz4l44vnim4s5fhddbsiakjrnbxnhy';

/** The text of each row, as a reader sees it. */
function rows(svg: string): string[] {
  return [...svg.matchAll(/xml:space="preserve">(.*)<\/text>/g)].map((match) => match[1]!);
}

describe('the picture of a terminal', () => {
  it('the picture is the same for the same lines', () => {
    const draw = () => terminalSvg('title', [{ look: 'failed', text: 'web1: failed' }]);

    expect(draw()).toBe(draw());
  });

  it('the picture shows text that means something in XML as it is', () => {
    expect(rows(terminalSvg('title', [{ look: 'output', text: 'users.<name> & "co"' }]))).toEqual([
      'users.&lt;name&gt; &amp; "co"',
    ]);
  });

  it('the picture breaks a long line between words and loses none of them', () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const shown = rows(terminalSvg('title', [{ look: 'output', text }]));

    expect(shown.length).toBeGreaterThan(1);
    expect(Math.max(...shown.map((row) => row.length))).toBeLessThanOrEqual(98);
    expect(shown.join(' ')).toBe(text);
  });

  it('the picture breaks a word that is longer than a row', () => {
    const shown = rows(terminalSvg('title', [{ look: 'output', text: 'x'.repeat(250) }]));

    expect(shown.join('')).toBe('x'.repeat(250));
  });

  it('the picture keeps of a store path what tells it from another one', () => {
    expect(shorten(`runs /nix/store/${HASH}-system, boots /nix/store/${HASH}-system`)).toBe(
      'runs /nix/store/2xiz…-system, boots /nix/store/2xiz…-system',
    );
  });
});
