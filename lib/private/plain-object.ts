/** Whether it is an object literal, also of another realm, whose `__proto__` the literal did not set. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
