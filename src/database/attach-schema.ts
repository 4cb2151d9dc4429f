import { describe } from "../base/describe.js";
import { DictDBError, InvalidArgumentError } from "../base/errors.js";
import type { TableContext } from "../replica/table-context.js";
import type { Schema } from "../schema/schema.js";

/**
 * Gives a table's schema to a thread that has only its data. The first schema of code is taken, another one in its place only where that was asked
 * for. Descriptors are part of the table and cannot be changed this way.
 *
 * @throws DictDBError SCHEMA_DIFFERS for another schema of code than the one in use
 */
export function attachSchema(where: string, context: TableContext, schema: Schema, replace: boolean): void {
  const { descriptors } = context.state.definition;
  if (schema.descriptors === undefined && descriptors === undefined) {
    const { schema: current } = context;
    if (current !== undefined && current.source === schema.source) return;
    if (current !== undefined && !replace) refuseOther(where, context);
    context.schema = schema;
    return;
  }
  if (JSON.stringify(sorted(schema.descriptors)) === JSON.stringify(sorted(descriptors))) return;
  const expected = descriptors === undefined ? "a Standard Schema or none" : JSON.stringify(descriptors);
  const received = schema.descriptors === undefined ? "a Standard Schema" : JSON.stringify(schema.descriptors);
  throw new InvalidArgumentError(
    `${where}: schema must be ${expected}, as table ${describe(context.name)} was created with, received ${received}`,
    { argument: "schema", expected, received },
  );
}

function refuseOther(where: string, { name }: TableContext): never {
  throw new DictDBError(
    "SCHEMA_DIFFERS",
    `${where}: table ${describe(name)} has another schema in this thread already: give the same object, or replace it with replaceSchema: true`,
    { table: name },
  );
}

function sorted(descriptors: Readonly<Record<string, string>> | undefined): unknown {
  return descriptors && Object.entries(descriptors).sort(([a], [b]) => (a < b ? -1 : 1));
}
