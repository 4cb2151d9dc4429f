import { isDate, isUint8Array } from "node:util/types";
import { refuse } from "./arguments.js";
import { checkName } from "./copy.js";
import { isList } from "./shape.js";

/** The way to a field: its name, and further names where it lies in nested objects. */
export type Path = readonly string[];

/** Reads one place of a record; undefined where the record has nothing there. */
export type Getter = (record: Readonly<Record<string, unknown>>) => unknown;

/** A function that reads the place a path names. Names that every object inherits (`toString`) are read only where the record owns them. */
export function getter(path: Path): Getter {
  const [name, ...rest] = path;
  if (name === undefined) return () => undefined;
  const read: Getter =
    name in Object.prototype ? (record) => (Object.hasOwn(record, name) ? record[name] : undefined) : (record) => record[name];
  if (rest.length === 0) return read;
  const inner = getter(rest);
  return (record) => {
    const nested = read(record);
    return isNested(nested) ? inner(nested) : undefined;
  };
}

function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isDate(value) && !isUint8Array(value);
}

export function samePath(a: Path, b: Path): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A path as people write it: `address.city`. */
export function pathText(path: Path): string {
  return path.join(".");
}

/** Checks that a value is a path: names that a record may have. */
export function checkPath(where: string, path: unknown): Path {
  if (!isList(path) || path.length === 0) return refuse(where, "field", "a name, or a list of names", path);
  for (const name of path) {
    if (typeof name !== "string") return refuse(where, "field", "a field name", name);
    checkName(where, "a field", name);
  }
  return Object.freeze([...(path as readonly string[])]);
}
