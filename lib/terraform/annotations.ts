import { Annotations } from 'cdktf';
import type { IConstruct } from 'constructs';
import { getOrCreate } from '../private/get-or-create';

const given = new WeakMap<IConstruct, Set<string>>();

/** Adds a warning to a construct, once: what decides on it is asked several times in a synth. */
export function warnOnce(construct: IConstruct, message: string): void {
  if (isNew(construct, message)) Annotations.of(construct).addWarning(message);
}

/** Adds a piece of information to a construct, once. */
export function informOnce(construct: IConstruct, message: string): void {
  if (isNew(construct, message)) Annotations.of(construct).addInfo(message);
}

function isNew(construct: IConstruct, message: string): boolean {
  const messages = getOrCreate(given, construct, () => new Set());
  if (messages.has(message)) return false;
  messages.add(message);
  return true;
}
