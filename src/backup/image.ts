import type { Key, StoredRecord } from "../base/value.js";
import type { WholeTable } from "../storage/build.js";
import type { LoadedDocument, LoadedTable, TableCatalog } from "../storage/document.js";
import { checkRecords } from "../storage/loaded-records.js";

interface TableImage {
  readonly catalog: TableCatalog;
  readonly records: Map<Key, StoredRecord>;
}

/** A database that is put together from a full backup and deltas. */
export class DatabaseImage {
  readonly #tables = new Map<string, TableImage>();

  constructor({ tables }: LoadedDocument) {
    for (const { name, catalog, records } of tables) this.#tables.set(name, imageOf(catalog!, records)); // only a delta can lack it
  }

  /**
   * Applies a delta.
   * @throws TypeError where it does not fit; the image is of no use then
   */
  apply({ tables, manifest }: LoadedDocument): void {
    for (const table of tables) {
      if (table.catalog === undefined) this.#applyPython(table);
      else this.#applyTable(table, table.catalog);
    }
    const names = manifest?.tables;
    if (names === undefined) return;
    for (const name of names)
      if (!this.#tables.has(name)) throw new TypeError(`there is no table ${JSON.stringify(name)}, which should be there`);
    for (const name of this.#tables.keys()) if (!names.includes(name)) this.#tables.delete(name);
  }

  /** What came of it. */
  tables(): WholeTable[] {
    return Array.from(this.#tables.values(), ({ catalog, records }) => ({ catalog, records: [...records.values()] }));
  }

  #applyTable({ name, isNew, records, deletes }: LoadedTable, catalog: TableCatalog): void {
    const before = this.#tables.get(name);
    if (isNew) {
      this.#tables.set(name, imageOf(catalog, records));
      return;
    }
    if (before === undefined || before.catalog.primaryKey !== catalog.primaryKey) {
      throw new TypeError(`table ${JSON.stringify(name)} is changed, which is not there`);
    }
    for (const record of records) before.records.set(record[catalog.primaryKey] as Key, record);
    for (const key of deletes) before.records.delete(key);
    this.#tables.set(name, { catalog, records: before.records });
  }

  /** As Python does: a table that it does not know is passed over, and a record takes the new fields beside those that it has. */
  #applyPython({ name, records, deletes }: LoadedTable): void {
    const table = this.#tables.get(name);
    if (table === undefined) return;
    const { primaryKey } = table.catalog;
    for (const record of checkRecords(name, primaryKey, [...records])) {
      const key = record[primaryKey] as Key;
      table.records.set(key, { ...table.records.get(key), ...record });
    }
    for (const key of deletes) table.records.delete(key);
  }
}

function imageOf(catalog: TableCatalog, records: readonly StoredRecord[]): TableImage {
  return { catalog, records: new Map(records.map((record) => [record[catalog.primaryKey] as Key, record])) };
}
