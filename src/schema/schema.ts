import { refuse } from "../base/arguments.js";
import type { StoredRecord } from "../base/value.js";
import { DescriptorSchema } from "./descriptor-schema.js";
import { isPlainObject } from "../base/copy.js";
import { CodeSchema, standardPart } from "./standard-schema.js";

/** What a table asks of its records. */
export interface Schema {
  /** The descriptors as they were given plus the key's own, frozen; undefined when the schema is code (a Standard Schema). */
  readonly descriptors: Readonly<Record<string, string>> | undefined;

  /** Whether a record may have this field; undefined when the schema is code, which nobody can ask. */
  knows(field: string): boolean | undefined;

  /**
   * The record to store: the very same object when the schema has nothing to change, else a new one (a Standard Schema may add defaults or
   * convert). `record` itself is never changed. A new one was made by foreign code: copy and check it before it is stored.
   *
   * @throws SchemaValidationError which lists everything that does not fit
   */
  validate(record: StoredRecord, table: string): StoredRecord;
}

/**
 * The schema behind what a caller passed as `schema`: an object of descriptors or a Standard Schema.
 *
 * @param primaryKey the table's key, described as "integer" where the descriptors leave it out
 * @param where the method as its caller wrote it, such as `createTable()`
 * @throws InvalidArgumentError when it is neither, or when a descriptor is not one
 */
export function toSchema(value: unknown, primaryKey: string, where: string): Schema {
  const standard = standardPart(value, where);
  if (standard !== undefined) return new CodeSchema(standard, primaryKey);
  if (isPlainObject(value)) return new DescriptorSchema(value, primaryKey, where);
  return refuse(where, "schema", "an object of field descriptors or a Standard Schema of version 1", value);
}
