import { checkPath } from "../base/path.js";
import { isList, isPlainObject } from "../base/shape.js";
import type { IndexDefinition } from "../index/table-index.js";
import { DescriptorSchema } from "../schema/descriptor-schema.js";
import type { Manifest, TableCatalog } from "./document.js";

/** The catalog as plain data: the same in every format. */
export function catalogData({ descriptors, versionField, needsSchema, nextKey, columns, indexes }: TableCatalog): Record<string, unknown> {
  return {
    schema: descriptors === undefined ? null : Object.entries(descriptors),
    needsSchema,
    versionField: versionField ?? null,
    nextKey,
    columns,
    indexes: indexes.map(({ fields, type, unique, multi }) => ({ fields, type, unique, multi })),
  };
}

/**
 * The catalog behind {@link catalogData}.
 * @throws TypeError for anything else, saying what was expected; InvalidArgumentError for a schema that is none
 */
export function readCatalog(name: string, primaryKey: string, data: unknown): TableCatalog {
  const { schema, needsSchema, versionField, nextKey, columns, indexes } = members(data, "the catalog");
  const descriptors = schema === null ? undefined : readDescriptors(schema, primaryKey);
  if (versionField !== null) checkPath("versionField", [versionField]);
  if (versionField === primaryKey) throw new TypeError("versionField must not be the primary key");
  if (!Number.isSafeInteger(nextKey) && nextKey !== Number.MAX_SAFE_INTEGER + 1) throw new TypeError("nextKey must be a whole number");
  return {
    name,
    primaryKey,
    descriptors,
    versionField: (versionField as string | null) ?? undefined,
    needsSchema: boolean(needsSchema, "needsSchema"),
    nextKey: Math.max(1, nextKey as number),
    columns: readColumns(columns),
    indexes: readIndexes(indexes),
  };
}

/** A schema comes as entries, because their order is the order of the columns and an object would put numbers first. */
function readDescriptors(data: unknown, primaryKey: string): Readonly<Record<string, string>> {
  const entries = list(data, "schema").map((entry): [string, unknown] => {
    const [field, descriptor] = list(entry, "an entry of the schema");
    return [string(field, "a field of the schema"), descriptor];
  });
  if (new Set(entries.map(([field]) => field)).size !== entries.length) throw new TypeError("schema has a field twice");
  return new DescriptorSchema(Object.fromEntries(entries), primaryKey, "schema").descriptors;
}

function readColumns(data: unknown): string[] {
  const names = list(data, "columns").map((name) => string(name, "a column"));
  for (const name of names) checkPath("columns", [name]);
  if (new Set(names).size !== names.length) throw new TypeError("columns has a name twice");
  return names;
}

function readIndexes(data: unknown): IndexDefinition[] {
  const indexes = list(data, "indexes").map(readIndex);
  if (new Set(indexes.map(({ fields }) => JSON.stringify(fields))).size !== indexes.length)
    throw new TypeError("two indexes have the same fields");
  return indexes;
}

function readIndex(data: unknown): IndexDefinition {
  const { fields, type, unique, multi } = members(data, "an index");
  if (type !== "hash" && type !== "sorted") throw new TypeError('the type of an index must be "hash" or "sorted"');
  const paths = list(fields, "the fields of an index").map((path) => checkPath("indexes", path));
  if (paths.length === 0) throw new TypeError("an index must have a field");
  const definition = { fields: paths, type, unique: boolean(unique, "unique"), multi: boolean(multi, "multi") } as const;
  if (definition.multi && (paths.length !== 1 || type !== "hash" || definition.unique)) {
    throw new TypeError("a multi index must be a hash index on one field that is not unique");
  }
  return definition;
}

/** The manifest as plain data. */
export function manifestData({ id, base, seq, time, tables }: Manifest): Record<string, unknown> {
  return { id, base: base ?? null, seq, time, tables: tables ?? null };
}

/**
 * The manifest behind {@link manifestData}.
 * @throws TypeError for anything else
 */
export function readManifest(data: unknown): Manifest {
  const { id, base, seq, time, tables } = members(data, "the manifest");
  if (base !== null && typeof base !== "string") throw new TypeError("base must be an id or null");
  return {
    id: string(id, "id"),
    base: base ?? undefined,
    seq: count(seq, "seq"),
    time: count(time, "time"),
    tables: tables === null ? undefined : list(tables, "tables").map((name) => string(name, "the name of a table")),
  };
}

function members(data: unknown, what: string): Readonly<Record<string, unknown>> {
  if (!isPlainObject(data)) throw new TypeError(`${what} must be an object`);
  return data;
}

function list(data: unknown, what: string): readonly unknown[] {
  if (!isList(data)) throw new TypeError(`${what} must be a list`);
  return data;
}

function string(data: unknown, what: string): string {
  if (typeof data !== "string") throw new TypeError(`${what} must be a string`);
  return data;
}

function boolean(data: unknown, what: string): boolean {
  if (typeof data !== "boolean") throw new TypeError(`${what} must be true or false`);
  return data;
}

function count(data: unknown, what: string): number {
  if (!Number.isSafeInteger(data) || (data as number) < 0) throw new TypeError(`${what} must be a whole number of at least 0`);
  return data as number;
}
