import { parseArgs } from 'node:util';
import type { HostOptions, Shape } from '..';

const USAGE = 'usage: npm run lab -- [--hosts N] [--shape plain|systemd|nixos] [--login root|sudo]';
const MOST_HOSTS = 30;

/** What is asked for on the command line. */
export interface LabOptions {
  readonly hosts: number;
  readonly host: HostOptions;
}

/** @throws Error with what was given, what was expected, and the usage */
export function labOptions(args: readonly string[]): LabOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '1' },
      shape: { type: 'string', default: 'nixos' },
      login: { type: 'string', default: 'root' },
    },
  });
  const hosts = Number(values.hosts);
  if (!Number.isInteger(hosts) || hosts < 1 || hosts > MOST_HOSTS) {
    throw new Error(`--hosts: got ${values.hosts}, expected a whole number from 1 to ${MOST_HOSTS}\n${USAGE}`);
  }
  const shape = oneOf<Shape>('--shape', values.shape, ['plain', 'systemd', 'nixos']);
  return { hosts, host: { shape, login: oneOf<'root' | 'sudo'>('--login', values.login, ['root', 'sudo']) } };
}

function oneOf<Word extends string>(option: string, given: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw new Error(`${option}: got ${given}, expected ${words.join(' or ')}\n${USAGE}`);
  return found;
}
