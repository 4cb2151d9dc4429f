import { isName } from "../base/arguments.js";
import { checkName, deepFreeze } from "../base/copy.js";
import { describe } from "../base/describe.js";
import { CorruptFileError } from "../base/errors.js";
import { pathText } from "../base/path.js";
import type { Token } from "../base/token.js";
import type { Key, StoredRecord } from "../base/value.js";
import { createIndex } from "../index/create-index.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { Change } from "../log/commit.js";
import type { TableCatalog } from "./document.js";

/** A table that is to be made, whole. */
export interface WholeTable {
  readonly catalog: TableCatalog;
  readonly records: readonly StoredRecord[];
}

/**
 * The changes that make tables in an empty database: the tables, their records, then the indexes, which are built at once.
 *
 * @param where the method that asks, and the file: for error messages
 * @throws CorruptFileError where the tables cannot be
 */
export function buildChanges(where: string, tables: readonly WholeTable[], freeze: boolean): Change[] {
  const changes: Change[] = [];
  for (const [i, { catalog, records }] of tables.entries()) {
    const { name, primaryKey, descriptors, versionField, needsSchema, nextKey, columns, indexes } = catalog;
    checkTable(where, catalog);
    for (const index of indexes) if (index.unique) checkUnique(where, catalog, index, records);
    const table = i + 1;
    changes.push({
      type: "createTable",
      definition: Object.freeze({ id: table, name, primaryKey, descriptors, versionField, needsSchema, lockNumber: table }),
    });
    if (columns.length > 0) changes.push({ type: "columns", table, names: columns });
    for (const record of records) {
      changes.push({ type: "put", table, key: record[primaryKey] as Key, record: freeze ? deepFreeze(record) : record });
    }
    changes.push({ type: "keyCounter", table, nextKey });
    for (const definition of indexes) changes.push({ type: "createIndex", table, definition: Object.freeze(definition) });
  }
  return changes;
}

function checkTable(where: string, { name, primaryKey }: TableCatalog): void {
  try {
    if (isName(name) !== undefined || isName(primaryKey) !== undefined) throw new TypeError("an empty name");
    checkName(where, "a table", name);
    checkName(where, "the primary key", primaryKey);
  } catch (error) {
    throw new CorruptFileError(
      `${where}: a table or its key has a name that cannot be one (${describe(name)}, ${describe(primaryKey)})`,
      {},
      { cause: error },
    );
  }
}

/** Nothing else of the records is validated, but an index that is not unique would be inconsistent. */
function checkUnique(
  where: string,
  { name, primaryKey }: TableCatalog,
  definition: IndexDefinition,
  records: readonly StoredRecord[],
): void {
  const index = createIndex(definition, { records, primaryKey, inKeyOrder: false });
  const seen = new Set<Token>();
  for (const record of records) {
    const token = index.uniqueToken(record);
    if (token === undefined) continue;
    if (seen.has(token)) {
      const fields = definition.fields.map(pathText).join(", ");
      throw new CorruptFileError(
        `${where}: ${fields} of table ${JSON.stringify(name)} must be unique, but the record with key ${describe(record[primaryKey])} has a value a second time`,
      );
    }
    seen.add(token);
  }
}
