import { refuse } from "../base/arguments.js";
import type { Replica } from "../replica/replica.js";

/** The replica behind each database, for the parts of the library that work with one from outside. */
export const replicas = new WeakMap<object, Replica>();

/** @throws InvalidArgumentError for what is no database of this library */
export function replicaOf(where: string, db: unknown): Replica {
  const replica = typeof db === "object" && db !== null ? replicas.get(db) : undefined;
  return replica ?? refuse(where, "db", "a DictDB", db);
}
