import { parseDescriptor } from "../schema/descriptor.js";
import type { FieldType } from "../schema/descriptor.js";

type Descriptors = Readonly<Record<string, string>>;

/** Types that mean the same here and in Python, which has the key's type in the schema, too, and calls 5 no float. */
const pythonNames: Partial<Readonly<Record<FieldType, string>>> = { string: "str", integer: "int", boolean: "bool", object: "dict" };

const descriptors: Readonly<Record<string, string>> = {
  str: "string",
  int: "integer",
  float: "number",
  bool: "boolean",
  dict: "object",
  list: "any[]",
};

/** A schema as Python DictDB has it; null where it could refuse what this one lets pass. */
export function toPythonSchema(schema: Descriptors | undefined): Descriptors | null {
  if (schema === undefined) return null;
  const names: [string, string][] = [];
  for (const [field, text] of Object.entries(schema)) {
    const { type, array, nullable, optional } = parseDescriptor(text, field, "schema");
    const name = array ? "list" : pythonNames[type];
    if (name === undefined || nullable || optional) return null;
    names.push([field, name]);
  }
  return Object.fromEntries(names);
}

/**
 * The descriptors of a schema of Python DictDB.
 * @throws TypeError for a type that it does not have
 */
export function fromPythonSchema(schema: Readonly<Record<string, unknown>>): Descriptors {
  const entries = Object.entries(schema).map(([field, name]): [string, string] => {
    const known = typeof name === "string" && Object.hasOwn(descriptors, name) ? descriptors[name] : undefined;
    if (known === undefined)
      throw new TypeError(`the type of ${JSON.stringify(field)} must be one of ${Object.keys(descriptors).join(", ")}`);
    return [field, known];
  });
  return Object.fromEntries(entries);
}
