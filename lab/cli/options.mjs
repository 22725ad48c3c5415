import { parseArgs } from 'node:util';

/** @typedef {import('../host/host-options.js').Shape} Shape */

/**
 * What is asked for on the command line.
 *
 * @typedef {object} LabOptions
 * @property {string[]} [names] of the hosts; not given for those that the data files of `write` name
 * @property {{ shape: Shape, login: 'root' | 'sudo' }} host
 * @property {string} [write] the folder that gets the data files of an example
 */

export const USAGE = `usage: npm run lab -- [options]

Makes throw-away hosts on this machine and prints how to deploy to them. Ctrl-C removes them.

  --hosts N       how many hosts, 1 to 30 (default: 1)
  --name NAME     the hosts are NAME1, NAME2, ... (default: host)
  --shape SHAPE   plain (no init system), systemd, or nixos (laid out like NixOS) (default: nixos)
  --login USER    who logs in: root, or an ordinary user with sudo (default: root)
  --write DIR     writes hosts.json, known_hosts and deploy-key.pub to DIR, a copy of an example; replaces files of
                  these names. Without --hosts and --name it makes the hosts that hosts.json of the copy names
  --help          prints this text`;

const MOST_HOSTS = 30;

export const HOST_NAME_WORDS = 'a lower-case letter, then letters, digits or "-"';

/** @param {string} name */
export function isHostName(name) {
  return /^[a-z][a-z0-9-]{0,30}$/.test(name);
}

/** @type {readonly Shape[]} */
const SHAPES = ['plain', 'systemd', 'nixos'];

/** @type {readonly ('root' | 'sudo')[]} */
const LOGINS = ['root', 'sudo'];

/**
 * @param {readonly string[]} args
 * @returns {LabOptions | undefined} undefined when help is asked for
 * @throws Error with what was given, what is expected, and the usage
 */
export function labOptions(args) {
  const values = parsed(args);
  if (values.help) return undefined;
  const shape = oneOf('--shape', values.shape, SHAPES);
  const login = oneOf('--login', values.login, LOGINS);
  if (values.write !== undefined && login === 'sudo') {
    throw refusal('--write: got --login sudo, expected --login root; hosts.json cannot hold a privilege escalation');
  }
  return { names: names(values), host: { shape, login }, write: values.write };
}

/**
 * @param {{ hosts?: string, name?: string, write?: string }} values
 * @returns {string[] | undefined}
 */
function names({ hosts, name, write }) {
  if (write !== undefined && hosts === undefined && name === undefined) return undefined;
  const [first, count] = [name ?? 'host', Number(hosts ?? '1')];
  if (!Number.isInteger(count) || count < 1 || count > MOST_HOSTS) {
    throw refusal(`--hosts: got ${hosts}, expected a whole number from 1 to ${MOST_HOSTS}`);
  }
  if (!isHostName(first)) throw refusal(`--name: got ${first}, expected ${HOST_NAME_WORDS}`);
  return Array.from({ length: count }, (_, index) => `${first}${index + 1}`);
}

/** @param {readonly string[]} args */
function parsed(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        hosts: { type: 'string' },
        name: { type: 'string' },
        shape: { type: 'string', default: 'nixos' },
        login: { type: 'string', default: 'root' },
        write: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw refusal(/** @type {Error} */ (error).message);
  }
}

/**
 * @template {string} Word
 * @param {string} option
 * @param {string} given
 * @param {readonly Word[]} words
 */
function oneOf(option, given, words) {
  const found = words.find((word) => word === given);
  if (found === undefined) throw refusal(`${option}: got ${given}, expected ${words.join(' or ')}`);
  return found;
}

/** @param {string} message */
function refusal(message) {
  return new Error(`${message}\n\n${USAGE}`);
}
