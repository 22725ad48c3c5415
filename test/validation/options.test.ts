import { describe, expect, it } from 'vitest';
import { instanceProblem, optionsProblem, unknownOption } from '../../lib/validation/options';

const NAMES = { port: true, connectTimeoutSeconds: true };

describe('an unknown option', () => {
  it('a misspelt option is reported with the one that was meant', () => {
    expect(unknownOption({ port: 1, prot: 22 }, NAMES)).toEqual({
      name: 'prot',
      problem: {
        given: 'an unknown option',
        expected: 'one of port, connectTimeoutSeconds',
        fix: 'did you mean port?',
      },
    });
  });

  it.each([
    ['connectTimeout', 'did you mean connectTimeoutSeconds?'],
    ['Port', 'did you mean port?'],
    ['toString', 'correct the name, or remove it'],
    ['__proto__', 'correct the name, or remove it'],
  ])('the advice for the option %s is: %s', (name, fix) => {
    expect(unknownOption({ [name]: 1 }, NAMES)?.problem.fix).toBe(fix);
  });

  it('a name that would break the line of a message is quoted', () => {
    expect(unknownOption({ 'a\nb': 1 }, NAMES)?.name).toBe('"a\\nb"');
  });

  it('what a class, a symbol or an option without a value adds is accepted', () => {
    class Options {
      readonly port = 22;
      readonly more = 1;
    }
    expect(unknownOption(new Options(), NAMES)).toBeUndefined();
    expect(unknownOption({ port: 22, [Symbol('mine')]: 1, prot: undefined }, NAMES)).toBeUndefined();
  });
});

it('text, a list, null and nothing are not options', () => {
  const expected = { expected: 'an object of options', fix: 'write { name: value }' };
  expect(['root', [], null, undefined].map(optionsProblem)).toEqual([
    { given: '"root"', ...expected },
    { given: 'an empty list', ...expected },
    { given: 'null', ...expected },
    { given: 'nothing', ...expected },
  ]);
  expect(optionsProblem({})).toBeUndefined();
});

it('an instance is known by its member', () => {
  expect(instanceProblem({ _find: () => 1 }, '_find', 'HostKeys', 'write it')).toBeUndefined();
  expect(instanceProblem('ssh-ed25519', '_find', 'HostKeys', 'write it')).toEqual({
    given: '"ssh-ed25519"',
    expected: 'HostKeys',
    fix: 'write it',
  });
});
