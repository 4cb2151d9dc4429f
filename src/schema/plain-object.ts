/**
 * Whether a value is an object literal's kind of object: made by `{}`, `JSON.parse` or `Object.create(null)`, in this realm or another one.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The Object.prototype of another realm is not ours, but it too is where a prototype chain ends.
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
