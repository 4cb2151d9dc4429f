/*
 * What a value of unknown origin is. None of these fails: a proxy may throw whatever it is asked, a revoked one always does, and both then count as
 * something else, so that whoever asks can refuse them in words of its own.
 */

/** Whether a value is an object made by `{}` or `Object.create(null)`, in whatever realm, and not an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return true;
    // The prototype of another realm's plain objects: the only kind with nothing above it.
    return typeof prototype === "object" && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty");
  } catch {
    return false;
  }
}

/** Whether a value is an array. */
export function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/** A list's items, holes included, or the one value that stands for a list of itself. */
export function listOf(value: unknown): readonly unknown[] {
  return isList(value) ? Array.from(value) : [value];
}

/** Whether a value is an object that can be iterated; a bare string is not meant. */
export function isIterable(value: unknown): value is Iterable<unknown> {
  try {
    return typeof value === "object" && value !== null && Symbol.iterator in value;
  } catch {
    return false;
  }
}

/** `value instanceof kind`. */
export function isInstance<C>(value: unknown, kind: abstract new (...args: never[]) => C): value is C {
  try {
    return value instanceof kind;
  } catch {
    return false;
  }
}

/**
 * Whether a function that had to answer at once answered with a promise. If so, the promise's failure is taken note of here: nobody else will, and a
 * rejection that nobody handles ends the process.
 */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  try {
    if (typeof value !== "object" || value === null || !("then" in value) || typeof value.then !== "function") return false;
    (value as PromiseLike<unknown>).then(undefined, () => undefined);
    return true;
  } catch {
    return false;
  }
}
