import { display } from './display';
import type { Problem } from './problem';

// systemd.unit(5): these characters and at most 255 of them; a leading dash would be an option of systemctl.
const UNIT =
  /^[A-Za-z0-9:_.\\@][A-Za-z0-9:_.\\@-]*\.(service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/;
const MAX_LENGTH = 255;

/** The problem with the full name of a systemd unit, if there is one. */
export function unitNameProblem(unit: unknown): Problem | undefined {
  if (typeof unit === 'string' && unit.length <= MAX_LENGTH && UNIT.test(unit)) return undefined;
  const bare = typeof unit === 'string' && /^[A-Za-z0-9][\w@-]{0,63}$/.test(unit);
  return {
    given: display(unit),
    expected: 'the full name of a systemd unit, for example "nginx.service"',
    fix: bare ? `write ${display(`${unit}.service`)}` : 'give one name, with its type at the end',
  };
}
