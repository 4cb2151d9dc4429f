import type { Key, StoredRecord } from "../base/value.js";
import type { TableId } from "../log/commit.js";
import { absent } from "../state/overlay.js";
import type { ImageSource } from "../state/overlay.js";
import type { TableState } from "../state/table-state.js";
import { captureTable, catalogOf } from "../storage/capture.js";
import { catalogData } from "../storage/catalog-data.js";
import type { TableCatalog, TableSource } from "../storage/document.js";
import { pause } from "../storage/steps.js";
import { changeCount, changesBefore } from "./change-tracker.js";
import type { Mark } from "./change-tracker.js";

/** What a backup told of a table, besides its records. */
interface Told {
  readonly id: TableId;
  readonly catalog: string;
}

/** What a backup told of every table, by name: the next delta tells what is different. */
export type ToldTables = ReadonlyMap<string, Told>;

/** How many keys are looked at before others may run. */
const batchSize = 8_192;

/** What a backup of this moment tells of its tables besides their records. */
export function toldTables(tables: Iterable<TableState>): ToldTables {
  return new Map(
    Array.from(tables, (table) => [table.definition.name, { id: table.definition.id, catalog: catalogText(catalogOf(table)) }]),
  );
}

/**
 * The tables that have changed since the last backup, each with what has. To be called at the moment of the mark; what it gives is read later.
 * @param told what the last backup told
 */
export function changedTables(tables: Iterable<TableState>, mark: Mark, told: ToldTables): TableSource[] {
  const changed: TableSource[] = [];
  for (const table of tables) {
    const { id, name } = table.definition;
    const before = told.get(name);
    const catalog = catalogOf(table);
    const size = changeCount(mark, table);
    if (before?.id !== id) changed.push(captureTable(table));
    else if (size > 0 || before.catalog !== catalogText(catalog)) changed.push(new TableChanges(table, catalog, mark, size));
  }
  return changed.sort((a, b) => (a.catalog.name < b.catalog.name ? -1 : 1));
}

/** What has changed in one table. */
class TableChanges implements TableSource {
  readonly catalog: TableCatalog;
  readonly isNew = false;
  readonly size: number;
  readonly #table: TableState;
  readonly #mark: Mark;
  readonly #overlay: ImageSource;
  readonly #deletes: Key[] = [];

  constructor(table: TableState, catalog: TableCatalog, mark: Mark, size: number) {
    this.catalog = catalog;
    this.size = size;
    this.#table = table;
    this.#mark = mark;
    this.#overlay = mark.snapshot.overlayOf(table);
  }

  *records(): Generator<readonly StoredRecord[] | typeof pause> {
    let records: StoredRecord[] = [];
    let seen = 0;
    for (const [key, image] of changesBefore(this.#mark, this.#table)) {
      const before = image === absent ? undefined : image;
      const after = this.#recordAtMark(key);
      // What came and went, or is as it was, is no change. A record that was written to is always another object.
      if (after !== before) {
        if (after === undefined) this.#deletes.push(key);
        else records.push(after);
      }
      if (++seen % batchSize !== 0) continue;
      yield records;
      records = [];
      yield pause;
    }
    yield records;
  }

  deletes(): readonly Key[] {
    return this.#deletes;
  }

  #recordAtMark(key: Key): StoredRecord | undefined {
    const image = this.#overlay.get(key);
    if (image === undefined) return this.#table.get(key);
    return image === absent ? undefined : image;
  }
}

function catalogText(catalog: TableCatalog): string {
  return JSON.stringify(catalogData(catalog));
}
