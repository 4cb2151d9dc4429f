import { refuse } from "../base/arguments.js";
import { InvalidArgumentError } from "../base/errors.js";
import { pathText } from "../base/path.js";
import { createIndex } from "../index/create-index.js";
import { everything } from "../condition/filter.js";
import type { IndexDefinition } from "../index/table-index.js";
import type { TableLock } from "../lock/table-lock.js";
import { matchingRecords } from "../query/find.js";
import { nothingPlanned } from "../replica/road.js";
import { validateNewUnique } from "../replica/validate-unique.js";
import { Publication } from "../storage/publication.js";
import type { CatalogSource } from "../transaction/table-source.js";
import { readIndexDefinition, readIndexFields } from "./index-options.js";
import { exportRecords, readExport } from "./export-csv.js";
import type { RecordOptions } from "./records.js";
import { TableWriter } from "./table-writer.js";
import type { IndexInfo } from "./types/index-types.js";

/** A table: its verbs, its lock and its indexes. */
export class Table extends TableWriter {
  readonly #source: CatalogSource;

  constructor(source: CatalogSource, options: RecordOptions) {
    super(source, options);
    this.#source = source;
  }

  get lock(): TableLock {
    this.#source.view(); // throws once there is nothing to be locked
    return this.#source.context.lock;
  }

  createIndex(fields: unknown, options?: unknown): void {
    const { state } = this.#source.context;
    const definition = readIndexDefinition("createIndex()", fields, options, state.definition);
    this.#source.writeCatalog("createIndex()", (view) => {
      const existing = state.findIndex(definition.fields);
      if (existing !== undefined) return sameIndex(existing, definition) ? nothingPlanned : refuseOther(existing);
      if (definition.unique) validateNewUnique(view, createIndex(definition, state));
      return { changes: [{ type: "createIndex", table: state.definition.id, definition }], result: undefined };
    });
    state.indexesOn([{ path: definition.fields[0]! }]); // who creates an index is about to use it
  }

  dropIndex(fields: unknown): void {
    const { state } = this.#source.context;
    const paths = readIndexFields("dropIndex()", fields, state.definition);
    this.#source.writeCatalog("dropIndex()", () => {
      if (state.findIndex(paths) === undefined) refuse("dropIndex()", "fields", "those of an index", paths.map(pathText).join(", "));
      return { changes: [{ type: "dropIndex", table: state.definition.id, fields: paths }], result: undefined };
    });
  }

  hasIndex(fields: unknown): boolean {
    const view = this.#source.view();
    view.noteIndexes();
    return view.state.findIndex(readIndexFields("hasIndex()", fields, view.state.definition)) !== undefined;
  }

  indexes(): IndexInfo[] {
    const view = this.#source.view();
    view.noteIndexes();
    view.noteFilter(everything); // of which the entries are
    return view.state.indexes.map(({ definition, entries }) => ({
      fields: definition.fields.map(pathText),
      type: definition.type,
      unique: definition.unique,
      multi: definition.multi,
      entries,
    }));
  }

  /** The fields that have an index of their own. */
  indexedFields(): string[] {
    return this.indexes().flatMap(({ fields }) => (fields.length === 1 ? fields : []));
  }

  async exportCsv(path: unknown, options?: object): Promise<number> {
    const { context } = this.#source;
    const { definition } = context.state;
    const wanted = readExport("exportCsv()", path, options, definition);
    const view = this.#source.view();
    view.noteFilter(everything); // of which the columns are
    const records = this.#source.runUserCode("exportCsv()", () => matchingRecords(view, wanted.query));
    const publication = new Publication(this.#source.replica, wanted.path, { where: "exportCsv()", overwrite: true });
    return publication.run(exportRecords(wanted, publication, records, [...view.state.columns]));
  }

  check(): void {
    this.#source.view();
    this.#source.context.check();
  }
}

function sameIndex(a: IndexDefinition, b: IndexDefinition): boolean {
  return a.type === b.type && a.unique === b.unique && a.multi === b.multi;
}

function refuseOther({ fields, type, unique, multi }: IndexDefinition): never {
  const kind = `${unique ? "unique " : ""}${multi ? "multi " : ""}${type}`;
  throw new InvalidArgumentError(
    `createIndex(): ${fields.map(pathText).join(", ")} has another index already, a ${kind} one (drop it first)`,
    {
      argument: "fields",
      expected: "fields without an index, or the identical index",
      received: kind,
    },
  );
}
