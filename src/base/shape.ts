import { isNativeError, isRegExp } from "node:util/types";

/*
 * What a value of unknown origin is, in whatever realm it was made: an object of another one (a `vm` context, a test environment, a second copy of a
 * class) is no instance of our classes and still what it is. So what JavaScript itself makes is known by its internal slots, and what platforms make
 * by what it can do. None of these fails: a proxy may throw whatever it is asked, a revoked one always does, and both then count as
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

/** `value instanceof kind`, for classes of our own: theirs is private state, which no other copy of the class can read. */
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
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
    if (!("then" in value) || typeof value.then !== "function") return false;
    (value as PromiseLike<unknown>).then(undefined, () => undefined);
    return true;
  } catch {
    return false;
  }
}

/** What a regular expression looks for, and how; undefined for anything else. */
export function expressionParts(value: unknown): { readonly source: string; readonly flags: string } | undefined {
  if (!isRegExp(value)) return undefined;
  try {
    return { source: Reflect.get(RegExp.prototype, "source", value), flags: Reflect.get(RegExp.prototype, "flags", value) };
  } catch {
    return undefined; // its flags are properties, which may have been replaced by anything
  }
}

/** Whether a value is an AbortSignal: what it can do is all that is asked of one. */
export function isSignal(value: unknown): value is AbortSignal {
  try {
    if (typeof value !== "object" || value === null) return false;
    const { aborted, throwIfAborted, addEventListener, removeEventListener } = value as Partial<AbortSignal>;
    return (
      typeof aborted === "boolean" &&
      [throwIfAborted, addEventListener, removeEventListener].every((member) => typeof member === "function")
    );
  } catch {
    return false;
  }
}

/** The text of a URL object; undefined for anything else. An object of `url.parse()` is none: it has no parameters to search. */
export function urlText(value: unknown): string | undefined {
  try {
    if (typeof value !== "object" || value === null || isPlainObject(value)) return undefined;
    const { href, protocol, pathname, searchParams } = value as Partial<URL>;
    const isUrl = typeof protocol === "string" && typeof pathname === "string" && typeof searchParams === "object";
    return isUrl && typeof href === "string" ? href : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is an error, of one of these names where some are given. */
export function isError(value: unknown, ...names: readonly string[]): value is Error {
  return (isNativeError(value) || isLikeError(value)) && (names.length === 0 || names.includes(value.name));
}

/** A DOMException has no slot of errors in some versions of Node.js. */
function isLikeError(value: unknown): value is Error {
  try {
    if (typeof value !== "object" || value === null || isPlainObject(value)) return false;
    const { name, message, stack } = value as Partial<Error>;
    return [name, message, stack].every((member) => typeof member === "string");
  } catch {
    return false;
  }
}
