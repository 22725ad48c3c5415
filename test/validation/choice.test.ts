import { expect, it } from 'vitest';
import { choiceProblem } from '../../lib/validation/choice';

const WORDS = ['switch', 'dry-activate'];
const problem = (choice: unknown) => choiceProblem(choice, 'Goal', WORDS);

it('a choice is known by its word, so that the class of another installed copy passes', () => {
  class Goal {
    readonly name = 'dry-activate';
  }
  class NamedByGetter {
    get name() {
      return 'switch';
    }
  }
  expect(problem(new Goal())).toBeUndefined();
  expect(problem(new NamedByGetter())).toBeUndefined();
});

it('a word in place of a constant is refused, and the fix names the constant', () => {
  const expected = 'a constant of the class Goal';
  expect(problem('DRY-activate')).toEqual({ given: '"DRY-activate"', expected, fix: 'write Goal.DRY_ACTIVATE' });
  expect(problem('doas')).toEqual({ given: '"doas"', expected, fix: 'write Goal.SWITCH or Goal.DRY_ACTIVATE' });
});

it.each([
  [null, 'null'],
  [undefined, 'nothing'],
  [7, '7'],
  [{}, 'an object'],
  [{ name: 'reboot' }, 'an object with the name "reboot"'],
  [{ name: 7 }, 'an object'],
])('the choice %j is refused', (choice, given) => {
  expect(problem(choice)?.given).toBe(given);
});
