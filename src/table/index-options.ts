import { checkOptions, isBoolean, isOneOf, refuse } from "../base/arguments.js";
import { InvalidArgumentError } from "../base/errors.js";
import { checkPath, samePath } from "../base/path.js";
import type { Path } from "../base/path.js";
import { isInstance, listOf } from "../base/shape.js";
import { Field } from "../condition/field.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { TableDefinition } from "../log/commit.js";
import { checkField } from "../query/read-query.js";

interface IndexOptions {
  readonly type?: "hash" | "sorted";
  readonly unique?: boolean;
  readonly multi?: boolean;
}

/** Reads the fields of an index: one or several names or fields. */
export function readIndexFields(where: string, value: unknown, table: TableDefinition): readonly Path[] {
  const given = listOf(value);
  if (given.length === 0) refuse(where, "fields", "a field or a list of fields", value);
  const paths = given.map((field) => readIndexField(where, field, table));
  if (paths.some((path, i) => paths.findIndex((other) => samePath(path, other)) !== i)) refuse(where, "fields", "different fields", value);
  return Object.freeze(paths);
}

function readIndexField(where: string, field: unknown, table: TableDefinition): Path {
  const path = isInstance(field, Field) ? field.path : [field];
  const [name] = path;
  if (typeof name !== "string" || name === "") {
    return refuse(where, "fields", "field names, or fields such as users.fields.address.city", field);
  }
  checkField(where, name, table);
  return checkPath(where, path);
}

/** Reads the arguments of `createIndex`. */
export function readIndexDefinition(where: string, fields: unknown, options: unknown, table: TableDefinition): IndexDefinition {
  const paths = readIndexFields(where, fields, table);
  checkOptions(where, options, { type: isOneOf("hash", "sorted"), unique: isBoolean, multi: isBoolean });
  const { type = "hash", unique = false, multi = false } = (options ?? {}) as IndexOptions;
  if (multi && (type === "sorted" || unique || paths.length > 1)) {
    throw new InvalidArgumentError(`${where}: a multi index is a hash index over one field, and not unique`, {
      argument: "multi",
      expected: "no other kind of index at once",
      received: JSON.stringify({ fields: paths, type, unique }),
    });
  }
  return Object.freeze({ fields: paths, type, unique, multi });
}
