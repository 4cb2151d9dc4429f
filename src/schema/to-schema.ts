import { refuse } from "../base/arguments.js";
import { isPlainObject } from "../base/shape.js";
import { DescriptorSchema } from "./descriptor-schema.js";
import type { Schema } from "./schema.js";
import { CodeSchema, standardPart } from "./standard-schema.js";
import type { StandardSchema } from "./types.js";

/**
 * The schema behind what a caller passed as `schema`: an object of descriptors or a Standard Schema.
 *
 * @param primaryKey the table's key, described as "integer" where the descriptors leave it out
 * @param where the method as its caller wrote it, such as `createTable()`
 * @throws InvalidArgumentError when it is neither, or when a descriptor is not one
 */
export function toSchema(value: unknown, primaryKey: string, where: string): Schema {
  const standard = standardPart(value, where);
  if (standard !== undefined) return new CodeSchema(value as StandardSchema, standard, primaryKey);
  if (isPlainObject(value)) return new DescriptorSchema(value, primaryKey, where);
  return refuse(where, "schema", "an object of field descriptors or a Standard Schema of version 1", value);
}
