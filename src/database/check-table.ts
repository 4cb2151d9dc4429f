import { isName, refuse } from "../base/arguments.js";
import { checkName } from "../base/copy.js";
import { parseDescriptor } from "../schema/descriptor.js";

/** @throws InvalidArgumentError for what cannot be the name of a table */
export function checkTableName(where: string, name: unknown): void {
  const expected = isName(name);
  if (expected !== undefined) refuse(where, "name", expected, name);
  checkName(where, "a table", name as string);
}

/** @throws InvalidArgumentError where a schema does not let its version field hold whole numbers */
export function checkVersionDescriptor(where: string, descriptors: Readonly<Record<string, string>>, versionField: string): void {
  const text = Object.hasOwn(descriptors, versionField) ? descriptors[versionField] : undefined;
  const descriptor = text === undefined ? undefined : parseDescriptor(text, versionField, where);
  if (descriptor !== undefined && !descriptor.array && ["integer", "number", "any"].includes(descriptor.type)) return;
  refuse(where, `schema.${versionField}`, '"integer"', text, "it is the version field");
}
