import { Annotations } from 'cdktf';
import type { IConstruct } from 'constructs';
import { getOrCreate } from '../private/get-or-create';

const given = new WeakMap<IConstruct, Set<string>>();

/** Adds a warning to a construct, once: what decides on it is asked several times in a synth. */
export function warnOnce(construct: IConstruct, message: string): void {
  const messages = getOrCreate(given, construct, () => new Set());
  if (messages.has(message)) return;
  messages.add(message);
  Annotations.of(construct).addWarning(message);
}
